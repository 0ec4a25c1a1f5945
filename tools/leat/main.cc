#include "tools/leat/app.h"
#include "tools/leat/log.h"

int main(int argc, char** argv) {
  leat::cli::App app;
  leat::cli::add_topic_commands(app);
  leat::cli::add_produce_command(app);
  leat::cli::add_consume_command(app);
  leat::cli::add_group_commands(app);
  leat::cli::add_config_commands(app);
  leat::cli::add_cluster_commands(app);
  leat::cli::add_log_commands(app);
  return app.run(argc, argv);
}
