/* Every function of ottla.h with its type, and every number that callers compile in: the other half of the interface that
 * binaries rely on, beside the names in ottla.map. No structure and no enum crosses the boundary, so there is no third.
 * A row that no longer compiles is a promise that programs already built would find broken: rows are added, never changed
 * (convention 10). That no function lacks its row, abi_test.py sees. */
#include <ottla/ottla.h>

/* The types alone are compared; nothing is called. Const counts: a caller in C++ would notice. */
#define SIGNATURE(function, result, ...) \
  _Static_assert(_Generic(&(function), result(*)(__VA_ARGS__) : 1, default : 0), #function " has another type")

SIGNATURE(ottla_version, const char*, void);
SIGNATURE(ottla_version_number, int32_t, void);

SIGNATURE(ottla_error_code, int32_t, const ottla_error*);
SIGNATURE(ottla_error_name, const char*, const ottla_error*);
SIGNATURE(ottla_error_message, const char*, const ottla_error*);
SIGNATURE(ottla_error_is_retriable, bool, const ottla_error*);
SIGNATURE(ottla_error_is_fatal, bool, const ottla_error*);
SIGNATURE(ottla_error_is_abortable, bool, const ottla_error*);
SIGNATURE(ottla_error_destroy, void, ottla_error*);

SIGNATURE(ottla_code_count, size_t, void);
SIGNATURE(ottla_code_at, int32_t, size_t);
SIGNATURE(ottla_code_name, const char*, int32_t);
SIGNATURE(ottla_code_meaning, const char*, int32_t);
SIGNATURE(ottla_code_is_retriable, bool, int32_t);
SIGNATURE(ottla_code_is_fatal, bool, int32_t);
SIGNATURE(ottla_code_is_abortable, bool, int32_t);

SIGNATURE(ottla_options_create, ottla_options*, void);
SIGNATURE(ottla_options_set, ottla_error*, ottla_options*, const char*, const char*);
SIGNATURE(ottla_options_set_log, ottla_error*, ottla_options*, void (*)(void*, int32_t, const char*), void*);
SIGNATURE(ottla_options_destroy, void, ottla_options*);

SIGNATURE(ottla_cluster_open, ottla_error*, const ottla_options*, ottla_cluster**);
SIGNATURE(ottla_cluster_bootstrap_servers, ottla_error*, const ottla_cluster*, const char**);
SIGNATURE(ottla_cluster_data_directory, ottla_error*, const ottla_cluster*, const char**);
SIGNATURE(ottla_cluster_close, ottla_error*, ottla_cluster*);
SIGNATURE(ottla_cluster_destroy, void, ottla_cluster*);

_Static_assert(OTTLA_LOG_DEBUG == 0 && OTTLA_LOG_INFO == 1 && OTTLA_LOG_WARN == 2 && OTTLA_LOG_ERROR == 3,
               "a level of the log has another number");

/* Kafka's codes are Kafka's numbers for ever; these are ours. */
_Static_assert(OTTLA_ERROR_UNKNOWN_SERVER_ERROR == -1 && OTTLA_ERROR_NONE == 0, "success is 0");
_Static_assert(OTTLA_ERROR_TRANSPORT == -101 && OTTLA_ERROR_TIMED_OUT == -102 && OTTLA_ERROR_CLOSED == -103 &&
                   OTTLA_ERROR_QUEUE_FULL == -104 && OTTLA_ERROR_INVALID_ARGUMENT == -105 &&
                   OTTLA_ERROR_INVALID_STATE == -106 && OTTLA_ERROR_UNKNOWN_SETTING == -107 &&
                   OTTLA_ERROR_BAD_SETTING == -108 && OTTLA_ERROR_UNSUPPORTED_SETTING == -109 &&
                   OTTLA_ERROR_MALFORMED == -110 && OTTLA_ERROR_NO_SUCH_FILE == -111 &&
                   OTTLA_ERROR_DISK_FAILED == -112 && OTTLA_ERROR_DISK_FULL == -113 &&
                   OTTLA_ERROR_DIRECTORY_IN_USE == -114 && OTTLA_ERROR_ADDRESS_IN_USE == -115,
               "a code of ours has another number");
