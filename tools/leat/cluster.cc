#include <CLI/CLI.hpp>

#include "client/admin.h"
#include "common/protocol/api_keys.h"
#include "tools/leat/app.h"
#include "tools/leat/json_output.h"
#include "tools/leat/table.h"

namespace leat::cli {
namespace {

asio::awaitable<int> info(Context& context) {
  Admin admin(context.client());
  const Result<ClusterInfo> cluster = co_await admin.describe_cluster();
  if (!cluster.ok()) co_return context.report(cluster.error());
  Table table({">NODE", "ADDRESS", "RACK", "ROLE"});
  Json nodes = Json::array();
  for (const ClusterNode& node : cluster->nodes) {
    const bool controller = node.id == cluster->controller;
    table.row({std::to_string(node.id), to_string(node.endpoint), node.rack.value_or("-"),
               controller ? "controller" : "-"});
    Json entry;
    entry["node"] = node.id;
    entry["host"] = node.endpoint.host;
    entry["port"] = node.endpoint.port;
    entry["rack"] = node.rack ? Json(*node.rack) : Json();
    entry["controller"] = controller;
    nodes.push_back(std::move(entry));
  }
  if (context.options().json()) {
    Json json;
    json["cluster_id"] = cluster->cluster_id;
    json["topics"] = cluster->topics;
    json["partitions"] = cluster->partitions;
    json["nodes"] = std::move(nodes);
    print_json(context, json);
    co_return kOk;
  }
  context.out().write(fmt::format(
      "cluster {} · {} · {} · {}\n", cluster->cluster_id,
      counted(static_cast<std::int64_t>(cluster->nodes.size()), "broker"),
      counted(static_cast<std::int64_t>(cluster->topics), "topic"),
      counted(static_cast<std::int64_t>(cluster->partitions), "partition")));
  context.out().write(table.text());
  co_return kOk;
}

asio::awaitable<int> api_versions(Context& context) {
  const Result<ConnectionPtr> connection = co_await context.client()->to_any();
  if (!connection.ok()) co_return context.report(connection.error());
  Table table({">KEY", "API", ">MIN", ">MAX"});
  Json json = Json::array();
  for (const ApiVersionsResponse::Api& api : (*connection)->apis()) {
    const std::string_view api_name = name(static_cast<ApiKey>(api.api_key));
    table.row({std::to_string(api.api_key), std::string(api_name), std::to_string(api.min_version),
               std::to_string(api.max_version)});
    Json entry;
    entry["key"] = api.api_key;
    entry["api"] = api_name;
    entry["min"] = api.min_version;
    entry["max"] = api.max_version;
    json.push_back(std::move(entry));
  }
  if (context.options().json())
    print_json(context, json);
  else context.out().write(table.text());
  co_return kOk;
}

}  // namespace

void add_cluster_commands(App& app) {
  CLI::App* cluster = app.root().add_subcommand("cluster", "Brokers of the cluster and what they serve");
  cluster->require_subcommand(1);
  cluster->fallthrough();
  app.on(cluster->add_subcommand("info", "Cluster id, brokers, topics"), info);
  app.on(cluster->add_subcommand("api-versions", "Which APIs a broker serves"), api_versions);
}

}  // namespace leat::cli
