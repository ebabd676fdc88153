/* A Kafka cluster inside a C program, until somebody presses Enter.
 *
 *   cc cluster.c $(pkg-config --cflags --libs ottla) -o cluster
 *   ./cluster num.partitions=3
 */
#include <ottla/ottla.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Ends the program where a call failed. */
static void must(ottla_error* error) {
  if (error == NULL) return;
  (void)fprintf(stderr, "%s: %s\n", ottla_error_name(error), ottla_error_message(error));
  ottla_error_destroy(error);
  exit(EXIT_FAILURE);
}

static void print_line(void* context, int32_t level, const char* line) {
  (void)level;
  (void)fprintf(context, "%s\n", line);
}

int main(int count, char** arguments) {
  ottla_options* options = ottla_options_create();
  for (int i = 1; i < count; ++i) {
    char* equals = strchr(arguments[i], '=');
    if (equals == NULL) {
      (void)fprintf(stderr, "%s: expects name=value\n", arguments[i]);
      ottla_options_destroy(options);
      return EXIT_FAILURE;
    }
    *equals = '\0';
    must(ottla_options_set(options, arguments[i], equals + 1));
  }
  must(ottla_options_set_log(options, print_line, stderr));

  ottla_cluster* cluster = NULL;
  must(ottla_cluster_open(options, &cluster));
  ottla_options_destroy(options);

  const char* servers = NULL;
  const char* directory = NULL;
  must(ottla_cluster_bootstrap_servers(cluster, &servers));
  must(ottla_cluster_data_directory(cluster, &directory));
  printf("ottla %s: clients connect to %s; data in %s\n", ottla_version(), servers, directory);
  (void)fflush(stdout);

  (void)getchar();
  must(ottla_cluster_close(cluster));
  ottla_cluster_destroy(cluster);
  return EXIT_SUCCESS;
}
