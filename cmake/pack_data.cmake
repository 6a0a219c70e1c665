# The data files of the project as one object file, so that a program carries them.
#
#   assay_pack_data(assay_data fixtures schemas)   -> adds the files below these folders to the target
#
# Each file becomes a record in read-only memory: length of the name, length of the text (32 bits each, in the byte order
# of the machine), name, text. The assembler pulls the bytes in itself: nothing is converted or copied, whatever is in them.
# A new or removed file makes CMake run again, a changed one the assembler. Names with a dot in front, or a tilde behind,
# are left to their editors; reference/data/store.cpp has the same rule for a folder.

function(assay_pack_data target)
  set(patterns)
  foreach(folder IN LISTS ARGN)
    list(APPEND patterns ${PROJECT_SOURCE_DIR}/${folder}/*)
  endforeach()
  file(GLOB_RECURSE files RELATIVE ${PROJECT_SOURCE_DIR} CONFIGURE_DEPENDS ${patterns})
  list(FILTER files EXCLUDE REGEX "(^|/)\\.|~$")
  list(SORT files)

  set(text "    .section .rodata.assay_data, \"a\"\n    .globl assay_data_begin, assay_data_end\nassay_data_begin:\n")
  set(paths)
  foreach(name IN LISTS files)
    if(NOT name MATCHES "^[A-Za-z0-9_./+-]+$")
      message(FATAL_ERROR "${name}: a data file's name has letters, digits and _ . / + - only")
    endif()
    string(LENGTH "${name}" length)
    string(APPEND text
      "    .long ${length}, 2f - 1f\n    .ascii \"${name}\"\n1:  .incbin \"${PROJECT_SOURCE_DIR}/${name}\"\n2:\n")
    list(APPEND paths ${PROJECT_SOURCE_DIR}/${name})
  endforeach()
  string(APPEND text "assay_data_end:\n    .byte 0\n    .section .note.GNU-stack, \"\", %progbits\n")

  set(source ${CMAKE_CURRENT_BINARY_DIR}/assay_data.S)
  file(CONFIGURE OUTPUT ${source} CONTENT "${text}" @ONLY)
  set_source_files_properties(${source} PROPERTIES OBJECT_DEPENDS "${paths}")
  target_sources(${target} PRIVATE ${source})
endfunction()
