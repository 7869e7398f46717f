# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += libsymbol.a
libsymbol_a_CPPFLAGS = $(AM_CPPFLAGS)
libsymbol_a_SOURCES = \
	%D%/answers.c %D%/answers.h \
	%D%/binary.c %D%/binary.h \
	%D%/cxx_guard.c %D%/cxx_guard.h \
	%D%/cxx_text.c %D%/cxx_text.h \
	%D%/debugfiles.c %D%/debugfiles.h \
	%D%/debuginfod.c %D%/debuginfod.h \
	%D%/debuglink.c %D%/debuglink.h \
	%D%/demangle.c %D%/demangle.h \
	%D%/dwarf.c %D%/dwarf.h \
	%D%/dwarf_abbrev.c %D%/dwarf_abbrev.h \
	%D%/dwarf_batch.c %D%/dwarf_batch.h \
	%D%/dwarf_bytes.h \
	%D%/dwarf_elf.c %D%/dwarf_elf.h \
	%D%/dwarf_form.c %D%/dwarf_form.h \
	%D%/dwarf_line.c %D%/dwarf_line.h \
	%D%/dwarf_name.c %D%/dwarf_name.h \
	%D%/dwarf_program.c \
	%D%/dwarf_range.c %D%/dwarf_range.h \
	%D%/dwarf_scope.c %D%/dwarf_scope.h \
	%D%/dwarf_split.c %D%/dwarf_split.h \
	%D%/dwarf_unit.c %D%/dwarf_unit.h \
	%D%/elf.c %D%/elf.h \
	%D%/elfbytes.c %D%/elfbytes.h \
	%D%/elffile.c %D%/elffile.h \
	%D%/elfsyms.c %D%/elfsyms.h \
	%D%/fde.c %D%/fde.h \
	%D%/gopclntab.c %D%/gopclntab.h \
	%D%/gosource.c %D%/gosource.h \
	%D%/gotab.c %D%/gotab.h \
	%D%/gotab_locate.c %D%/gotab_locate.h \
	%D%/kallsyms.c %D%/kallsyms.h \
	%D%/loads.c %D%/loads.h \
	%D%/names.c %D%/names.h \
	%D%/notes.c %D%/notes.h \
	%D%/objdump.c %D%/objdump.h \
	%D%/plt.c %D%/plt.h \
	%D%/procmaps.c %D%/procmaps.h \
	%D%/rust_text.c %D%/rust_text.h \
	%D%/source.c %D%/source.h \
	%D%/symbol.h \
	%D%/symlist.c %D%/symlist.h \
	%D%/symtab.c %D%/symtab.h
