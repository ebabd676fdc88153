"""The codes of errors: Kafka's from -1 up, Ottla's own below. Made from the library's table; bindings-tests/python/codes_test.py
writes it anew."""

import enum


class ErrorCode(enum.IntEnum):
    # The node failed in a way it has no code for; its log knows more.
    UNKNOWN_SERVER_ERROR = -1
    # No error.
    NONE = 0
    # The offset lies before the log start or after the end; the reader's reset policy decides what next.
    OFFSET_OUT_OF_RANGE = 1
    # A batch failed its checksum or breaks the format; it may have been damaged on the way.
    CORRUPT_MESSAGE = 2
    # This node does not know the topic or partition, perhaps not yet.
    UNKNOWN_TOPIC_OR_PARTITION = 3
    # A fetch asked for an impossible number of bytes.
    INVALID_FETCH_SIZE = 4
    # The partition has no leader at the moment.
    LEADER_NOT_AVAILABLE = 5
    # This node does not lead the partition, or holds no replica of it.
    NOT_LEADER_OR_FOLLOWER = 6
    # The node gave up waiting before the request was done; it may still take effect.
    REQUEST_TIMED_OUT = 7
    # The broker asked about is not in the cluster at the moment.
    BROKER_NOT_AVAILABLE = 8
    # The node has no usable replica of the partition yet.
    REPLICA_NOT_AVAILABLE = 9
    # A batch is larger than max.message.bytes allows.
    MESSAGE_TOO_LARGE = 10
    # The sender speaks for a controller that was replaced.
    STALE_CONTROLLER_EPOCH = 11
    # The note beside a committed offset is longer than offset.metadata.max.bytes.
    OFFSET_METADATA_TOO_LARGE = 12
    # The connection broke before the answer came; the request may have taken effect.
    NETWORK_EXCEPTION = 13
    # The coordinator still reads its partition after taking over.
    COORDINATOR_LOAD_IN_PROGRESS = 14
    # No coordinator serves this key now; find it again.
    COORDINATOR_NOT_AVAILABLE = 15
    # Another node coordinates this key; find it again.
    NOT_COORDINATOR = 16
    # The topic name is not legal, or clients may not use it.
    INVALID_TOPIC_EXCEPTION = 17
    # A batch does not fit in one segment of the log.
    RECORD_LIST_TOO_LARGE = 18
    # The in-sync set is smaller than min.insync.replicas; nothing was written.
    NOT_ENOUGH_REPLICAS = 19
    # The in-sync set shrank below min.insync.replicas after the records were written.
    NOT_ENOUGH_REPLICAS_AFTER_APPEND = 20
    # acks must be 0, 1 or -1.
    INVALID_REQUIRED_ACKS = 21
    # The member speaks for a generation of the group that has passed.
    ILLEGAL_GENERATION = 22
    # The member shares no assignment protocol with the group it wants to join.
    INCONSISTENT_GROUP_PROTOCOL = 23
    # The group id is empty or not allowed here.
    INVALID_GROUP_ID = 24
    # The group does not know this member; it must join anew.
    UNKNOWN_MEMBER_ID = 25
    # The session timeout lies outside what the node allows.
    INVALID_SESSION_TIMEOUT = 26
    # The group is being rebalanced; the member must join again before it goes on.
    REBALANCE_IN_PROGRESS = 27
    # The offset commit is too large to be stored.
    INVALID_COMMIT_OFFSET_SIZE = 28
    # The principal may not do this to the topic.
    TOPIC_AUTHORIZATION_FAILED = 29
    # The principal may not do this to the group.
    GROUP_AUTHORIZATION_FAILED = 30
    # The principal may not do this to the cluster.
    CLUSTER_AUTHORIZATION_FAILED = 31
    # A record's timestamp is further from now than the topic allows.
    INVALID_TIMESTAMP = 32
    # The listener does not offer this SASL mechanism.
    UNSUPPORTED_SASL_MECHANISM = 33
    # The request does not belong at this point of the authentication.
    ILLEGAL_SASL_STATE = 34
    # The node does not speak this version of the request.
    UNSUPPORTED_VERSION = 35
    # A topic of this name exists.
    TOPIC_ALREADY_EXISTS = 36
    # The number of partitions is not positive, or smaller than it already is.
    INVALID_PARTITIONS = 37
    # The replication factor is not positive, or larger than the number of brokers.
    INVALID_REPLICATION_FACTOR = 38
    # The assignment names a broker twice, an unknown broker, or leaves a partition out.
    INVALID_REPLICA_ASSIGNMENT = 39
    # A setting does not exist or its value is not allowed.
    INVALID_CONFIG = 40
    # This node is not the active controller; find it again.
    NOT_CONTROLLER = 41
    # The request contradicts itself or breaks the protocol.
    INVALID_REQUEST = 42
    # The log's record format cannot do what was asked.
    UNSUPPORTED_FOR_MESSAGE_FORMAT = 43
    # The cluster's policy forbids the request.
    POLICY_VIOLATION = 44
    # A batch of this producer is missing before the one that came.
    OUT_OF_ORDER_SEQUENCE_NUMBER = 45
    # The batch was appended before; its offset is no longer known.
    DUPLICATE_SEQUENCE_NUMBER = 46
    # The producer's epoch is older than the newest for its id.
    INVALID_PRODUCER_EPOCH = 47
    # The transaction is not in a state that allows this step.
    INVALID_TXN_STATE = 48
    # The producer id is not the one its transactional id holds now.
    INVALID_PRODUCER_ID_MAPPING = 49
    # The transaction timeout is above transaction.max.timeout.ms.
    INVALID_TRANSACTION_TIMEOUT = 50
    # The previous transaction of this id is still being completed.
    CONCURRENT_TRANSACTIONS = 51
    # The markers come from a transaction coordinator that was replaced.
    TRANSACTION_COORDINATOR_FENCED = 52
    # The principal may not use this transactional id.
    TRANSACTIONAL_ID_AUTHORIZATION_FAILED = 53
    # The node runs without an authorizer, so there is nothing to ask it.
    SECURITY_DISABLED = 54
    # Left undone because another part of the same request failed.
    OPERATION_NOT_ATTEMPTED = 55
    # The disk under the partition failed; another replica may serve it.
    KAFKA_STORAGE_ERROR = 56
    # The node has no such data directory.
    LOG_DIR_NOT_FOUND = 57
    # The credentials were not accepted.
    SASL_AUTHENTICATION_FAILED = 58
    # The partition remembers nothing of this producer.
    UNKNOWN_PRODUCER_ID = 59
    # The partition is being moved to other brokers.
    REASSIGNMENT_IN_PROGRESS = 60
    # Delegation tokens are not enabled.
    DELEGATION_TOKEN_AUTH_DISABLED = 61
    # There is no such delegation token.
    DELEGATION_TOKEN_NOT_FOUND = 62
    # The principal neither owns the token nor may renew it.
    DELEGATION_TOKEN_OWNER_MISMATCH = 63
    # Tokens are not handed out over a connection authenticated this way.
    DELEGATION_TOKEN_REQUEST_NOT_ALLOWED = 64
    # The principal may not do this to the token.
    DELEGATION_TOKEN_AUTHORIZATION_FAILED = 65
    # The delegation token has run out.
    DELEGATION_TOKEN_EXPIRED = 66
    # Principals of this type are not understood here.
    INVALID_PRINCIPAL_TYPE = 67
    # The group still has members.
    NON_EMPTY_GROUP = 68
    # There is no group of this id.
    GROUP_ID_NOT_FOUND = 69
    # The node has dropped this fetch session; start a new one.
    FETCH_SESSION_ID_NOT_FOUND = 70
    # The fetch is not the next of its session; start a new one.
    INVALID_FETCH_SESSION_EPOCH = 71
    # The leader cannot be reached through the listener that was asked.
    LISTENER_NOT_FOUND = 72
    # delete.topic.enable is false.
    TOPIC_DELETION_DISABLED = 73
    # The request names an older leader epoch than the node's.
    FENCED_LEADER_EPOCH = 74
    # The request names a newer leader epoch than the node has heard of.
    UNKNOWN_LEADER_EPOCH = 75
    # The version of the request cannot carry this compression.
    UNSUPPORTED_COMPRESSION_TYPE = 76
    # The broker has registered again since it sent this.
    STALE_BROKER_EPOCH = 77
    # A new leader does not yet know how far its log is committed.
    OFFSET_NOT_AVAILABLE = 78
    # Join again with the member id that came with this error.
    MEMBER_ID_REQUIRED = 79
    # The preferred leader is not up, or not in sync.
    PREFERRED_LEADER_NOT_AVAILABLE = 80
    # The group has as many members as it may have.
    GROUP_MAX_SIZE_REACHED = 81
    # Another member has taken over this group.instance.id.
    FENCED_INSTANCE_ID = 82
    # No replica may become the leader at the moment.
    ELIGIBLE_LEADERS_NOT_AVAILABLE = 83
    # The partition already has the leader that was asked for.
    ELECTION_NOT_NEEDED = 84
    # The partition is not being moved.
    NO_REASSIGNMENT_IN_PROGRESS = 85
    # The group still reads the topic, so its offsets stay.
    GROUP_SUBSCRIBED_TO_TOPIC = 86
    # A record breaks a rule of the topic or of the format.
    INVALID_RECORD = 87
    # An offset commit is waiting for its transaction to end.
    UNSTABLE_OFFSET_COMMIT = 88
    # The principal's quota is used up; wait as long as the answer says.
    THROTTLING_QUOTA_EXCEEDED = 89
    # A newer producer owns the transactional id.
    PRODUCER_FENCED = 90
    # What the request refers to does not exist.
    RESOURCE_NOT_FOUND = 91
    # The request names the same thing twice.
    DUPLICATE_RESOURCE = 92
    # The credential is too weak or malformed.
    UNACCEPTABLE_CREDENTIAL = 93
    # Sender and receiver do not agree who votes.
    INCONSISTENT_VOTER_SET = 94
    # The feature level does not exist or may not be reached from here.
    INVALID_UPDATE_VERSION = 95
    # The controller could not finalize the feature level.
    FEATURE_UPDATE_FAILED = 96
    # A forwarded request names its principal in a form that cannot be read.
    PRINCIPAL_DESERIALIZATION_FAILURE = 97
    # The leader no longer has this snapshot.
    SNAPSHOT_NOT_FOUND = 98
    # The byte position lies outside the snapshot.
    POSITION_OUT_OF_RANGE = 99
    # This node does not know the topic id, perhaps not yet.
    UNKNOWN_TOPIC_ID = 100
    # A live broker already has this id.
    DUPLICATE_BROKER_REGISTRATION = 101
    # No broker of this id is registered.
    BROKER_ID_NOT_REGISTERED = 102
    # The log on disk belongs to another topic of the same name.
    INCONSISTENT_TOPIC_ID = 103
    # The request was meant for another cluster.
    INCONSISTENT_CLUSTER_ID = 104
    # The coordinator knows no such transactional id.
    TRANSACTIONAL_ID_NOT_FOUND = 105
    # A fetch session mixes topic ids with topic names; start a new one.
    FETCH_SESSION_TOPIC_ID_ERROR = 106
    # A replica proposed for the in-sync set is fenced or shutting down.
    INELIGIBLE_REPLICA = 107
    # The change was made, and it gave the partition another leader.
    NEW_LEADER_ELECTED = 108
    # The offset is no longer on a local disk.
    OFFSET_MOVED_TO_TIERED_STORAGE = 109
    # The member's epoch is not the group's; it gives everything up and joins anew.
    FENCED_MEMBER_EPOCH = 110
    # Another member still holds this group.instance.id.
    UNRELEASED_INSTANCE_ID = 111
    # The group's coordinator has no assignor of this name.
    UNSUPPORTED_ASSIGNOR = 112
    # The member has not yet heard of its newest epoch; heartbeat, then try again.
    STALE_MEMBER_EPOCH = 113
    # The request asked a controller listener for brokers, or the other way round.
    MISMATCHED_ENDPOINT_TYPE = 114
    # Endpoints of this type are not known.
    UNSUPPORTED_ENDPOINT_TYPE = 115
    # There is no controller of this id.
    UNKNOWN_CONTROLLER_ID = 116
    # The client pushes metrics for a subscription that has changed.
    UNKNOWN_SUBSCRIPTION_ID = 117
    # The pushed metrics exceed telemetry.max.bytes.
    TELEMETRY_TOO_LARGE = 118
    # The controller does not accept the broker as it describes itself.
    INVALID_REGISTRATION = 119
    # The transaction cannot be completed, only aborted.
    TRANSACTION_ABORTABLE = 120
    # The record was not acquired by this share member, so it cannot be acknowledged.
    INVALID_RECORD_STATE = 121
    # The node has dropped this share session; start a new one.
    SHARE_SESSION_NOT_FOUND = 122
    # The request is not the next of its share session; start a new one.
    INVALID_SHARE_SESSION_EPOCH = 123
    # The share state belongs to a newer epoch.
    FENCED_STATE_EPOCH = 124
    # The request was meant for another incarnation of this voter.
    INVALID_VOTER_KEY = 125
    # The voter is already in the quorum.
    DUPLICATE_VOTER = 126
    # The voter is not in the quorum.
    VOTER_NOT_FOUND = 127
    # The subscription's regular expression cannot be compiled.
    INVALID_REGULAR_EXPRESSION = 128
    # The client's picture of the cluster is of no use any more; begin from the bootstrap servers.
    REBOOTSTRAP_REQUIRED = 129
    # The streams topology contradicts itself.
    STREAMS_INVALID_TOPOLOGY = 130
    # The streams topology's epoch is not a legal one.
    STREAMS_INVALID_TOPOLOGY_EPOCH = 131
    # The streams group has moved on to a newer topology.
    STREAMS_TOPOLOGY_FENCED = 132
    # The node holds as many share sessions as it may.
    SHARE_SESSION_LIMIT_REACHED = 133
    # The group could not be deleted; the answer's text says why.
    GROUP_DELETION_FAILED = 134
    # The description of the streams topology was not taken; the answer's text says why.
    STREAMS_TOPOLOGY_DESCRIPTION_UPDATE_FAILED = 135
    # No controller of this id is registered.
    CONTROLLER_ID_NOT_REGISTERED = 136
    # A node could not be reached, or the connection to it was lost.
    TRANSPORT = -101
    # The caller's own deadline passed first; the operation may still take effect.
    TIMED_OUT = -102
    # The object was closed while the call was waiting, or before it.
    CLOSED = -103
    # A bounded queue of this process is full; take results from it, then try again.
    QUEUE_FULL = -104
    # The call was made with a value it does not take.
    INVALID_ARGUMENT = -105
    # The call does not belong at this point, such as a commit without a transaction.
    INVALID_STATE = -106
    # There is no setting of this name; the text names the nearest.
    UNKNOWN_SETTING = -107
    # A setting's value cannot be read or lies outside its bounds.
    BAD_SETTING = -108
    # Kafka has this setting, but it would promise here what is not kept; the text says why.
    UNSUPPORTED_SETTING = -109
    # Bytes are not what their format says they must be.
    MALFORMED = -110
    # A file or directory that was named does not exist.
    NO_SUCH_FILE = -111
    # The system reported an error on a read, a write or a sync.
    DISK_FAILED = -112
    # There is no space left where the data lies.
    DISK_FULL = -113
    # Another process holds the data directory.
    DIRECTORY_IN_USE = -114
    # Another process listens on the address.
    ADDRESS_IN_USE = -115
