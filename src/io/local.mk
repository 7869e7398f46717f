# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += libio.a
libio_a_CPPFLAGS = $(AM_CPPFLAGS) $(ZLIB_CFLAGS) $(DEFLATE_CFLAGS) $(CURL_CFLAGS) $(LZMA_CFLAGS) $(ZSTD_CFLAGS) $(MD_CFLAGS) $(YAML_CFLAGS)
libio_a_SOURCES = \
	%D%/atomic.c %D%/atomic.h \
	%D%/crc32.c %D%/crc32.h \
	%D%/editor.c %D%/editor.h \
	%D%/file.c %D%/file.h \
	%D%/graphviz.c %D%/graphviz.h \
	%D%/gzip.c %D%/gzip.h \
	%D%/http.h %D%/http_response.c \
	%D%/json.c %D%/json.h \
	%D%/json_read.c %D%/json_read.h \
	%D%/out.c %D%/out.h \
	%D%/prefault.c %D%/prefault.h \
	%D%/run.c %D%/run.h \
	%D%/sha256.c %D%/sha256.h \
	%D%/url.c %D%/url.h \
	%D%/viewer.c %D%/viewer.h \
	%D%/xz.c %D%/xz.h \
	%D%/yaml.c %D%/yaml.h \
	%D%/zstd.c %D%/zstd.h
if CURL
libio_a_SOURCES += \
	%D%/curl.c %D%/curl.h \
	%D%/http.c \
	%D%/url_parse.c
else
libio_a_SOURCES += %D%/curl_absent.c
endif
