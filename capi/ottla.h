/* Ottla from C: a Kafka-compatible cluster inside this process, and clients of it. Strict C11, also C++.
 *
 *   ottla_cluster* cluster;
 *   ottla_error* error = ottla_cluster_open(NULL, &cluster);
 *   const char* servers;
 *   error = ottla_cluster_bootstrap_servers(cluster, &servers);   "127.0.0.1:40123": any Kafka client connects
 *   ottla_cluster_destroy(cluster);                               and nothing is left behind
 *
 * This is the only door to the library: C++ (ottla.hpp), Python and every other language are built on it. The
 * conventions below hold for all of it, for what is still to come as well.
 *
 * 1. NAMES. ottla_<noun>_<verb>. A noun is a handle. Units and kinds come last: _ms, _count (of things), _size
 *    (bytes), _end (exclusive). Whatever Kafka has a name for (settings, errors) has Kafka's name here.
 *
 * 2. HANDLES are opaque and have one owner, who ends them by ottla_<noun>_destroy. Destroying NULL does nothing. A
 *    handle with something to finish also has _close: it finishes, may be called twice, and may fail; destroying
 *    closes first and swallows what close would have said. Between the two every call answers OTTLA_ERROR_CLOSED.
 *    What is opened on another handle (a producer on a cluster) keeps what it needs alive; the order of destroying
 *    does not matter.
 *
 * 3. ERRORS. What may fail returns an ottla_error*: NULL is success, anything else belongs to the caller, who
 *    destroys it. Results come through pointers in the last places; after a failure they are NULL or 0. What an error
 *    asks for is said by predicates (retriable, fatal, abortable), never by comparing texts. Codes from -1 up are
 *    Kafka's, those below -1 are ours; more may come, so an unknown one is treated by its predicates.
 *
 * 4. STRINGS that go in are UTF-8, end in '\0', and are copied. Strings that come out are the same, belong to the
 *    handle they were asked of, and live until it is destroyed. Bytes (keys, values, headers) are data and size: NULL
 *    is null, which is not the same as empty, and no byte ends them.
 *
 * 5. NUMBERS have fixed widths. Times are int64_t milliseconds since 1970; time limits are int64_t milliseconds, 0
 *    does not wait, -1 waits without end. Sizes, counts and indexes of memory are size_t; offsets are int64_t. No
 *    enum and no structure crosses the boundary: choices are int32_t with named values, and a value that is not known
 *    is an error.
 *
 * 6. THREADS. Any thread may use any handle, several at once, but an error, an options, an event or a batch, which
 *    one thread uses at a time. Destroying is the last call. A handle may be closed while another thread waits in a
 *    call of it: that call returns OTTLA_ERROR_CLOSED. Waiting calls are cancelled by nothing else; give them a time
 *    limit.
 *
 * 7. COMPLETIONS. What takes longer than a look-up does not call back: it is begun with a queue (ottla_queue) and a
 *    uint64_t tag of the caller's, and its outcome, exactly one, is an event in that queue with that tag. The caller
 *    takes events when it likes, some or all, waiting or not. A queue offers a descriptor that is readable as long as
 *    events wait in it, for poll, epoll, asyncio and their kin; it is never read from or closed by the caller. A
 *    queue is bounded: what would overflow it fails at once with OTTLA_ERROR_QUEUE_FULL.
 *
 * 8. BATCHES. Records travel in batches (ottla_batch), never one call a record. What was read is given as columns:
 *    one call a column returns arrays that the batch owns (offsets, timestamps, key positions and key bytes, ...),
 *    valid until it is destroyed. Filling works the same way round: columns are handed over and copied once.
 *
 * 9. ARROW. The structures of Arrow's C data interface (ArrowSchema, ArrowArray) are the only ones with public
 *    members: a batch gives and takes them without a copy where the layouts agree. Their release callbacks are
 *    theirs.
 *
 * 10. VERSIONS. Every function says since which version it is there. What is there stays as it is: functions are
 *    added, never changed or removed, within one soname (libottla.so.0). A program runs with any library as new as
 *    the one it was built with; symbols carry their version, so an older library is refused when the program is
 *    loaded.
 *
 * 11. THE PROCESS belongs to the caller. No signal handler is installed and no signal's disposition changed; nothing
 *    is written to standard output or error; no locale, environment or limit is set. Threads of ours block all
 *    signals. Of the environment only TMPDIR is read. The one callback is the log's (ottla_options_set_log).
 *
 * 12. FORK. A handle belongs to the process that opened it. In a child that was forked every call with it returns
 *    OTTLA_ERROR_INVALID_STATE and says so, at once; destroying it there does nothing to the parent's. A child may
 *    open handles of its own. Until a child ends or executes another program, it keeps the parent's ports and locks
 *    from being free once the parent is killed, as with any descriptor.
 *
 * 13. ABORTS. The process ends, with a line on standard error, when: an invariant of ours is broken (going on is how
 *    acknowledged records get lost); memory cannot be had; a handle is used that was destroyed or is none, where that
 *    is noticed. NULL where a handle or a string is due is no reason: it is OTTLA_ERROR_INVALID_ARGUMENT. Accessors
 *    of an error take NULL as "no error".
 */
#ifndef OTTLA_OTTLA_H
#define OTTLA_OTTLA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ottla/error_codes.h>

#define OTTLA_API       __attribute__((visibility("default")))
#define OTTLA_MUST_LOOK __attribute__((warn_unused_result))

#ifdef __cplusplus
#define OTTLA_NOEXCEPT noexcept
extern "C" {
#else
#define OTTLA_NOEXCEPT
#endif

/* ---- Version ----------------------------------------------------------------------------------------------------- */

/* Of this header. ottla_version() is the library's, which may be newer. */
#define OTTLA_VERSION_MAJOR  0
#define OTTLA_VERSION_MINOR  1
#define OTTLA_VERSION_PATCH  0
#define OTTLA_VERSION_NUMBER (OTTLA_VERSION_MAJOR * 1000000 + OTTLA_VERSION_MINOR * 1000 + OTTLA_VERSION_PATCH)

/* "0.1.0"; never freed. (since 0.1) */
OTTLA_API const char* ottla_version(void) OTTLA_NOEXCEPT;

/* The same as OTTLA_VERSION_NUMBER counts it: 1002003 is 1.2.3. (since 0.1) */
OTTLA_API int32_t ottla_version_number(void) OTTLA_NOEXCEPT;

/* ---- Errors ------------------------------------------------------------------------------------------------------ */

typedef struct ottla_error ottla_error;

/* One of OTTLA_ERROR_... (error_codes.h); OTTLA_ERROR_NONE of NULL. (since 0.1) */
OTTLA_API int32_t ottla_error_code(const ottla_error* error) OTTLA_NOEXCEPT;

/* Kafka's spelling of the code, as "OFFSET_OUT_OF_RANGE"; never freed. (since 0.1) */
OTTLA_API const char* ottla_error_name(const ottla_error* error) OTTLA_NOEXCEPT;

/* For a person: what went wrong, where, and what would be right; "" of NULL. (since 0.1) */
OTTLA_API const char* ottla_error_message(const ottla_error* error) OTTLA_NOEXCEPT;

/* The same call may succeed later. (since 0.1) */
OTTLA_API bool ottla_error_is_retriable(const ottla_error* error) OTTLA_NOEXCEPT;

/* The handle it came from cannot go on: destroy it and open another. (since 0.1) */
OTTLA_API bool ottla_error_is_fatal(const ottla_error* error) OTTLA_NOEXCEPT;

/* The running transaction must be aborted; the producer lives on. (since 0.1) */
OTTLA_API bool ottla_error_is_abortable(const ottla_error* error) OTTLA_NOEXCEPT;

/* (since 0.1) */
OTTLA_API void ottla_error_destroy(ottla_error* error) OTTLA_NOEXCEPT;

/* The table of codes, for who makes types or constants of them. A number without a row answers as
 * OTTLA_ERROR_UNKNOWN_SERVER_ERROR; its texts are never freed. */

/* Rows there are. (since 0.1) */
OTTLA_API size_t ottla_code_count(void) OTTLA_NOEXCEPT;

/* The code of a row; OTTLA_ERROR_UNKNOWN_SERVER_ERROR beyond the last. (since 0.1) */
OTTLA_API int32_t ottla_code_at(size_t index) OTTLA_NOEXCEPT;

/* "OFFSET_OUT_OF_RANGE" (since 0.1) */
OTTLA_API const char* ottla_code_name(int32_t code) OTTLA_NOEXCEPT;

/* One sentence. (since 0.1) */
OTTLA_API const char* ottla_code_meaning(int32_t code) OTTLA_NOEXCEPT;

/* (since 0.1) */
OTTLA_API bool ottla_code_is_retriable(int32_t code) OTTLA_NOEXCEPT;

/* (since 0.1) */
OTTLA_API bool ottla_code_is_fatal(int32_t code) OTTLA_NOEXCEPT;

/* (since 0.1) */
OTTLA_API bool ottla_code_is_abortable(int32_t code) OTTLA_NOEXCEPT;

/* ---- Options ----------------------------------------------------------------------------------------------------- */

/* What something is opened with: settings by Kafka's names, and where its log goes. May be used for several. */
typedef struct ottla_options ottla_options;

/* (since 0.1) */
OTTLA_API ottla_options* ottla_options_create(void) OTTLA_NOEXCEPT;

/* Says a setting; of two for a name the later holds. Whether there is such a setting, and whether it takes the value,
 * is told where the options are used: the error names the setting, the value and what would be right. (since 0.1) */
OTTLA_API OTTLA_MUST_LOOK ottla_error* ottla_options_set(ottla_options* options, const char* name,
                                                         const char* value) OTTLA_NOEXCEPT;

#define OTTLA_LOG_DEBUG 0
#define OTTLA_LOG_INFO  1
#define OTTLA_LOG_WARN  2
#define OTTLA_LOG_ERROR 3

/* Takes one line of the log, in logfmt without its time: level=warn room=log what="segment quarantined". It
 * runs on a thread of ours, one call at a time: it is to be brief, must not call the library, and must not throw or
 * jump away. `line` is valid during the call. */
typedef void (*ottla_log_callback)(void* context, int32_t level, const char* line);

/* Without it, or with NULL, nothing is logged. The least level that is told is the setting ottla.log.level (info). The
 * last call comes before the close of what was opened with it returns. (since 0.1) */
OTTLA_API OTTLA_MUST_LOOK ottla_error* ottla_options_set_log(ottla_options* options, ottla_log_callback callback,
                                                             void* context) OTTLA_NOEXCEPT;

/* (since 0.1) */
OTTLA_API void ottla_options_destroy(ottla_options* options) OTTLA_NOEXCEPT;

/* ---- A cluster in this process ----------------------------------------------------------------------------------- */

typedef struct ottla_cluster ottla_cluster;

/* Starts a cluster and waits until it serves. `options` may be NULL. By itself it listens at a free port of 127.0.0.1
 * and keeps its data in a directory of its own under TMPDIR (or /tmp), which is gone when it closes; what a killed
 * process left there, the next open removes, and what is in use nobody touches. With the setting log.dirs (or log.dir)
 * data lie there and stay. Settings are those of nodes, with the defaults of embedded ones (core/model/SETTINGS.md).
 *
 * Fails with UNKNOWN_SETTING, BAD_SETTING or UNSUPPORTED_SETTING, with DIRECTORY_IN_USE, ADDRESS_IN_USE, DISK_FULL or
 * DISK_FAILED; then nothing is left behind. (since 0.1) */
OTTLA_API OTTLA_MUST_LOOK ottla_error* ottla_cluster_open(const ottla_options* options,
                                                          ottla_cluster** cluster) OTTLA_NOEXCEPT;

/* What clients are given as bootstrap.servers: "127.0.0.1:40123", of several separated by commas. (since 0.1) */
OTTLA_API OTTLA_MUST_LOOK ottla_error* ottla_cluster_bootstrap_servers(const ottla_cluster* cluster,
                                                                       const char** servers) OTTLA_NOEXCEPT;

/* Where the data lie; of several directories the first. (since 0.1) */
OTTLA_API OTTLA_MUST_LOOK ottla_error* ottla_cluster_data_directory(const ottla_cluster* cluster,
                                                                    const char** directory) OTTLA_NOEXCEPT;

/* Where data stay: answers what was begun and syncs. Where they do not, they are removed. Clients see their connections
 * end, and the ports are free when it returns. Closing what is closed succeeds. Fails when the cluster could not go on
 * some time before, or when something could not be written or removed: closed it is nevertheless. (since 0.1) */
OTTLA_API OTTLA_MUST_LOOK ottla_error* ottla_cluster_close(ottla_cluster* cluster) OTTLA_NOEXCEPT;

/* Closes, if that was not done, and frees. (since 0.1) */
OTTLA_API void ottla_cluster_destroy(ottla_cluster* cluster) OTTLA_NOEXCEPT;

#ifdef __cplusplus
}
#endif

#endif /* OTTLA_OTTLA_H */
