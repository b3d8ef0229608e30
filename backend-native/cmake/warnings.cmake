# Our own targets link this; llama.cpp's do not: its warnings are not ours to mend.
add_library(look_once_warnings INTERFACE)
if (MSVC)
  target_compile_options(look_once_warnings INTERFACE /W4 /WX)
else()
  target_compile_options(look_once_warnings INTERFACE
    -Wall -Wextra -Wpedantic -Wnon-virtual-dtor -Wimplicit-fallthrough -Werror)
endif()
