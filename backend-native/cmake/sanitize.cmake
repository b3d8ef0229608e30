# Set for the whole build, llama.cpp included: ASan must see every allocation of the process.
if (LOOK_ONCE_SANITIZE)
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer -g)
  add_link_options(-fsanitize=address,undefined)
endif()
