# One static library per layer, linked along the arrows of ARCHITECTURE.md; sources are globbed per
# folder, so that a file cannot be forgotten. A few files are compiled as one, because the headers of
# most cost more than they do: a clean build takes less than half. Configure with
# -DLEAT_UNITY_FILES=1 where single files are edited and compiled again and again.
set(LEAT_UNITY_FILES 6 CACHE STRING "Files of a library that are compiled as one")
function(leat_library name folder)
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${folder}/*.cc)
  list(FILTER sources EXCLUDE REGEX "/main\\.cc$")
  if(NOT sources)  # headers only
    add_library(${name} INTERFACE)
    target_include_directories(${name} INTERFACE ${CMAKE_SOURCE_DIR})
    target_link_libraries(${name} INTERFACE ${ARGN})
    return()
  endif()
  add_library(${name} STATIC ${sources})
  target_include_directories(${name} PUBLIC ${CMAKE_SOURCE_DIR})
  target_link_libraries(${name} PUBLIC ${ARGN})
  if(LEAT_UNITY_FILES GREATER 1)
    set_target_properties(${name} PROPERTIES UNITY_BUILD ON
                          UNITY_BUILD_BATCH_SIZE ${LEAT_UNITY_FILES})
  endif()
endfunction()

function(leat_executable name)
  add_executable(${name} ${ARGN})
  if(LEAT_MODE STREQUAL "release")
    target_link_options(${name} PRIVATE -static-libstdc++ -static-libgcc)
  endif()
endfunction()

leat_library(leat_base common/base
  absl::status absl::statusor absl::flat_hash_map absl::flat_hash_set absl::hash
  absl::cleanup absl::any_invocable absl::inlined_vector leat_dep_isal Threads::Threads)
leat_library(leat_config common/config leat_base)
leat_library(leat_record common/record leat_base leat_dep_zstd leat_dep_lz4 leat_dep_snappy leat_dep_zlib)
leat_library(leat_messages common/protocol/messages leat_base)
leat_library(leat_internal_records common/protocol/records leat_base)
leat_library(leat_protocol common/protocol leat_messages leat_internal_records)
# A hundred small files of tables: their common header costs more than they do.
set_target_properties(leat_messages leat_internal_records PROPERTIES UNITY_BUILD ON
                      UNITY_BUILD_BATCH_SIZE 16)
leat_library(leat_net common/net leat_protocol leat_asio)

leat_library(leat_storage broker/storage leat_base leat_record)
leat_library(leat_meta broker/meta leat_storage)
leat_library(leat_options broker/options leat_config)
leat_library(leat_topics broker/topics leat_meta leat_options leat_protocol)
leat_library(leat_groups broker/topics/group leat_topics)
leat_library(leat_api broker/api leat_groups leat_protocol leat_config)
leat_library(leat_broker_net broker/net leat_api leat_net)
leat_library(leat_broker broker leat_broker_net)

leat_library(leat_client client leat_net leat_record leat_config)
leat_library(leat_client_group client/group leat_client)

if(EXISTS ${CMAKE_SOURCE_DIR}/broker/main.cc)
  leat_executable(leatd broker/main.cc)
  target_link_libraries(leatd PRIVATE leat_broker)
endif()
if(EXISTS ${CMAKE_SOURCE_DIR}/tools/leat/main.cc)
  leat_library(leat_cli tools/leat leat_client_group leat_topics)
  leat_executable(leat tools/leat/main.cc)
  target_link_libraries(leat PRIVATE leat_cli)
endif()

leat_library(leat_schema_json tools/schema_diff leat_protocol)
leat_executable(leat_schema_diff EXCLUDE_FROM_ALL tools/schema_diff/main.cc)
target_link_libraries(leat_schema_diff PRIVATE leat_schema_json)

leat_executable(leat_config_doc EXCLUDE_FROM_ALL tools/config_doc/main.cc)
target_link_libraries(leat_config_doc PRIVATE leat_options)
