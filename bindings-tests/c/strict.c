#include "bindings-tests/c/strict.h"

#include <ottla/ottla.h>
#include <string.h>

_Static_assert(OTTLA_ERROR_CLOSED == -103, "codes are constants");
_Static_assert(OTTLA_VERSION_NUMBER == OTTLA_VERSION_MAJOR * 1000000 + OTTLA_VERSION_MINOR * 1000 + OTTLA_VERSION_PATCH,
               "the version is a constant");

/* Destroys the error; true when there was one of this code. */
static bool failed_with(ottla_error* error, int32_t code) {
  const bool same = error != NULL && ottla_error_code(error) == code;
  ottla_error_destroy(error);
  return same;
}

static const char* use(ottla_cluster* cluster) {
  const char* servers = NULL;
  const char* directory = NULL;
  if (ottla_cluster_bootstrap_servers(cluster, &servers) != NULL) return "no servers";
  if (ottla_cluster_data_directory(cluster, &directory) != NULL) return "no directory";
  if (strncmp(servers, "127.0.0.1:", 10) != 0) return servers;
  if (directory[0] != '/') return directory;
  if (ottla_cluster_close(cluster) != NULL) return "does not close";
  if (!failed_with(ottla_cluster_bootstrap_servers(cluster, &servers), OTTLA_ERROR_CLOSED)) return "is not closed";
  return servers == NULL ? NULL : "an answer after a failure";
}

const char* live_in_c(void) {
  if (ottla_version_number() < OTTLA_VERSION_NUMBER) return "the library is older than its header";
  ottla_options* options = ottla_options_create();
  ottla_cluster* cluster = NULL;
  if (ottla_options_set(options, "num.partitions", "none") != NULL) return "a value is looked at too early";
  if (!failed_with(ottla_cluster_open(options, &cluster), OTTLA_ERROR_BAD_SETTING)) return "a bad value passes";
  if (cluster != NULL) return "a cluster after a failure";
  ottla_options_destroy(options);
  if (ottla_cluster_open(NULL, &cluster) != NULL) return "does not open";
  const char* trouble = use(cluster);
  ottla_cluster_destroy(cluster);
  return trouble;
}
