# What each preset adds to every translation unit. The reasons for each flag are in ARCHITECTURE.md.
add_compile_options(-Wall -Wextra -Wconversion -Wshadow -Wnon-virtual-dtor -Wimplicit-fallthrough
                    -Wthread-safety -Wthread-safety-beta -Werror)
add_link_options(-fuse-ld=lld)

set(LEAT_LTO OFF)
if(LEAT_MODE STREQUAL "release")
  add_compile_options(-O2 -g1 -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -D_GLIBCXX_ASSERTIONS
                      -fstack-protector-strong -fstack-clash-protection -fcf-protection=full)
  add_link_options(-pie -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack)
elseif(LEAT_MODE STREQUAL "dev")
  add_compile_options(-O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all
                      -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
elseif(LEAT_MODE STREQUAL "tsan")
  add_compile_options(-O1 -g -fsanitize=thread)
  add_link_options(-fsanitize=thread)
elseif(LEAT_MODE STREQUAL "fuzz")
  add_compile_options(-O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
                      -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
elseif(LEAT_MODE STREQUAL "coverage")
  add_compile_options(-O0 -g -fprofile-instr-generate -fcoverage-mapping -fcoverage-mcdc)
  add_link_options(-fprofile-instr-generate)
else()
  message(FATAL_ERROR "LEAT_MODE is '${LEAT_MODE}'; it is one of release, dev, tsan, fuzz, coverage")
endif()
