// Runs Kafka's own assignors on seeded groups and writes what went in and what came out. See ../README.md.
//
//   java -cp ... AssignorCases <folder>

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.GroupSubscription;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Subscription;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.RangeAssignor;
import org.apache.kafka.clients.consumer.RoundRobinAssignor;
import org.apache.kafka.clients.consumer.StickyAssignor;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.coordinator.group.api.assignor.ConsumerGroupPartitionAssignor;
import org.apache.kafka.coordinator.group.api.assignor.GroupSpec;
import org.apache.kafka.coordinator.group.api.assignor.MemberAssignment;
import org.apache.kafka.coordinator.group.api.assignor.MemberSubscription;
import org.apache.kafka.coordinator.group.api.assignor.SubscribedTopicDescriber;
import org.apache.kafka.coordinator.group.api.assignor.SubscriptionType;
import org.apache.kafka.coordinator.group.assignor.UniformAssignor;
import org.apache.kafka.coordinator.group.modern.MemberAssignmentImpl;

public class AssignorCases {
    // ---- The group that is rebalanced ----

    static class Topic {
        String name;
        Uuid id;
        int partitions;
        int[][] racks;  // null: not known
    }

    static class Member implements Cloneable {
        int order;  // members' ids ascend with it
        String wildId;
        String id;
        String instance;
        int rack = -1;
        TreeSet<Integer> topics = new TreeSet<>();
        TreeMap<Integer, TreeSet<Integer>> owned = new TreeMap<>();
        int generation = -1;

        boolean owns() { return !owned.isEmpty(); }
    }

    static class Group {
        List<Topic> topics = new ArrayList<>();
        List<Member> members = new ArrayList<>();
        int generation = 0;
        int nextOrder = 0;
        int nextInstance = 0;
        int rackCount = 0;
        boolean equal;   // all members subscribe alike
        boolean wild;    // ids whose hash order is not their order
        boolean big;     // topics too large to make their partitions' hash order descend
    }

    interface Assignor {
        // By member, in the group's order; throws what Kafka throws.
        List<TreeMap<Integer, TreeSet<Integer>>> run(Group group);
    }

    // ---- Names whose hash order is known ----

    // Ids that a HashMap of any size up to 50 gives back in ascending order.
    static List<String> alignedIds(Random random) {
        while (true) {
            StringBuilder prefix = new StringBuilder("consumer-");
            for (int i = 0; i < 4; i++) prefix.append((char) ('a' + random.nextInt(26)));
            prefix.append('-');
            List<String> ids = new ArrayList<>();
            for (int i = 0; i < 50; i++) ids.add(prefix.toString() + (char) ('0' + i));
            boolean aligned = true;
            for (int n = 1; n <= ids.size() && aligned; n++) aligned = hashOrderIsAscending(ids.subList(0, n));
            if (aligned) return ids;
        }
    }

    static boolean hashOrderIsAscending(List<String> ids) {
        Map<String, Integer> grown = new HashMap<>();
        for (String id : ids) grown.put(id, 0);
        List<String> order = new ArrayList<>(grown.keySet());
        List<String> copied = new ArrayList<>(new HashMap<>(grown).keySet());
        List<String> sorted = new ArrayList<>(ids);
        Collections.sort(sorted);
        return order.equals(sorted) && copied.equals(sorted);
    }

    // Whether a set of any partitions of this topic is given back with the highest first.
    static boolean hashOrderIsDescending(String topic, int partitions) {
        if (partitions > 16) return false;
        for (int capacity : new int[] {16, 32}) {
            Set<TopicPartition> set = new HashSet<>(capacity);
            for (int p = 0; p < partitions; p++) set.add(new TopicPartition(topic, p));
            int last = partitions;
            if (partitions > 12 && capacity == 16) {  // would have grown: look at the parts that would not
                for (int a = 0; a < partitions; a++) {
                    for (int b = 0; b < a; b++) {
                        Set<TopicPartition> two = new HashSet<>(capacity);
                        two.add(new TopicPartition(topic, b));
                        two.add(new TopicPartition(topic, a));
                        if (two.iterator().next().partition() != a) return false;
                    }
                }
                continue;
            }
            for (TopicPartition tp : set) {
                if (tp.partition() >= last) return false;
                last = tp.partition();
            }
        }
        return true;
    }

    static String topicName(Random random, int index) {
        while (true) {
            StringBuilder letters = new StringBuilder();
            for (int i = 0; i < 6; i++) letters.append((char) ('a' + random.nextInt(26)));
            String name = (index < 10 ? "t0" : "t") + index + "-" + letters;
            if (hashOrderIsDescending(name, 16)) return name;
        }
    }

    // Ascending ids whose hashes are 0, 1, 2, ...
    static List<Uuid> topicIds(Random random, int count) {
        TreeSet<Long> highs = new TreeSet<>();
        while (highs.size() < count) highs.add(random.nextLong());
        List<Uuid> ids = new ArrayList<>();
        for (long high : highs) {
            long low = random.nextLong();
            int fold = (int) ((high ^ low) >> 32) ^ (int) high ^ ids.size();
            ids.add(new Uuid(high, (low & 0xffffffff00000000L) | (fold & 0xffffffffL)));
        }
        return ids;
    }

    // ---- Making and changing groups ----

    static int[][] drawRacks(Random random, int partitions, int rackCount) {
        int[][] racks = new int[partitions][];
        boolean everywhere = random.nextInt(5) == 0;
        for (int p = 0; p < partitions; p++) {
            int replicas = everywhere ? rackCount : 1 + random.nextInt(3);
            racks[p] = new int[replicas];
            for (int r = 0; r < replicas; r++) racks[p][r] = everywhere ? r : random.nextInt(rackCount);
        }
        return racks;
    }

    static void resize(Random random, Group group, Topic topic, int partitions) {
        topic.partitions = partitions;
        topic.racks = group.rackCount == 0 ? null : drawRacks(random, partitions, group.rackCount);
    }

    static TreeSet<Integer> drawTopics(Random random, Group group) {
        TreeSet<Integer> topics = new TreeSet<>();
        if (group.equal) {
            for (int t = 0; t < group.topics.size(); t++) topics.add(t);
            return topics;
        }
        int count = 1 + random.nextInt(group.topics.size());
        while (topics.size() < count) topics.add(random.nextInt(group.topics.size()));
        return topics;
    }

    static void join(Random random, Group group) {
        if (group.members.size() >= 50) return;
        Member member = new Member();
        member.order = group.nextOrder++;
        // Not all join at the end of the order.
        if (!group.members.isEmpty() && random.nextBoolean()) {
            int at = random.nextInt(group.members.size());
            for (int i = at; i < group.members.size(); i++) group.members.get(i).order++;
            member.order = group.members.get(at).order - 1;
            group.nextOrder++;
        }
        member.wildId = String.format("c%d-%016x", random.nextInt(20), random.nextLong());
        if (random.nextInt(4) == 0) member.instance = String.format("i%c%02d", 'a' + random.nextInt(26), group.nextInstance++);
        if (group.rackCount > 0 && random.nextInt(6) != 0) member.rack = random.nextInt(group.rackCount + 1);
        member.topics = drawTopics(random, group);
        group.members.add(member);
        group.members.sort((a, b) -> Integer.compare(a.order, b.order));
    }

    static Group draw(Random random, boolean equal, boolean racks, boolean wild, boolean big) {
        Group group = new Group();
        group.equal = equal;
        group.wild = wild;
        group.big = big;
        group.rackCount = racks ? 1 + random.nextInt(4) : 0;
        int topicCount = 1 + random.nextInt(random.nextBoolean() ? 4 : 18);
        List<Uuid> ids = topicIds(random, topicCount);
        int even = 1 + random.nextInt(16);
        for (int t = 0; t < topicCount; t++) {
            Topic topic = new Topic();
            topic.name = topicName(random, t);
            topic.id = ids.get(t);
            group.topics.add(topic);
            int partitions = random.nextBoolean() ? even : 1 + random.nextInt(16);
            if (big) partitions = 1 + random.nextInt(300 / topicCount);
            resize(random, group, topic, partitions);
        }
        int members = 1 + random.nextInt(random.nextInt(3) == 0 ? 50 : 8);
        for (int m = 0; m < members; m++) join(random, group);
        return group;
    }

    static void change(Random random, Group group, boolean classic) {
        int changes = random.nextInt(4);  // none at times
        for (int i = 0; i < changes; i++) {
            switch (random.nextInt(classic ? 10 : 8)) {
                case 0: case 1:
                    for (int n = 1 + random.nextInt(3); n > 0; n--) join(random, group);
                    break;
                case 2: case 3:
                    for (int n = 1 + random.nextInt(3); n > 0 && group.members.size() > 1; n--) {
                        group.members.remove(random.nextInt(group.members.size()));
                    }
                    break;
                case 4: {
                    Topic topic = group.topics.get(random.nextInt(group.topics.size()));
                    int more = topic.partitions + 1 + random.nextInt(5);
                    if (topic.partitions == 0 && !classic) break;  // made anew it has another id
                    if (group.big || more <= 16) resize(random, group, topic, more);
                    break;
                }
                case 5:
                    if (random.nextInt(3) == 0) {
                        resize(random, group, group.topics.get(random.nextInt(group.topics.size())), 0);
                    }
                    break;
                case 6:
                    if (!group.equal) {
                        Member member = group.members.get(random.nextInt(group.members.size()));
                        member.topics = drawTopics(random, group);
                        if (member != group.members.get(0) && random.nextInt(6) == 0) member.topics.clear();
                    }
                    break;
                case 7: {  // a restart: a static member keeps its name, and in the classic protocol loses what it had
                    Member member = group.members.get(random.nextInt(group.members.size()));
                    member.wildId = String.format("c%d-%016x", random.nextInt(20), random.nextLong());
                    if (classic) {
                        member.owned.clear();
                        member.generation = -1;
                    }
                    break;
                }
                case 8: {  // one slept through some generations and still claims what it had
                    Member member = group.members.get(random.nextInt(group.members.size()));
                    member.generation = Math.max(-1, member.generation - 1 - random.nextInt(2));
                    Member other = group.members.get(random.nextInt(group.members.size()));
                    if (other != member) other.owned.forEach((t, ps) -> {
                        if (random.nextBoolean()) member.owned.computeIfAbsent(t, k -> new TreeSet<>()).addAll(ps);
                    });
                    break;
                }
                case 9:  // two of one generation claim the same
                    if (random.nextInt(3) == 0) {
                        Member member = group.members.get(random.nextInt(group.members.size()));
                        Member other = group.members.get(random.nextInt(group.members.size()));
                        if (other != member) other.owned.forEach((t, ps) ->
                            member.owned.computeIfAbsent(t, k -> new TreeSet<>()).add(ps.first()));
                    }
                    break;
            }
        }
        // A member that subscribes to nothing and comes first makes Kafka take the group for one of equal subscriptions.
        if (group.members.get(0).topics.isEmpty()) group.members.get(0).topics = drawTopics(random, group);
    }

    static void name(Group group, List<String> aligned) {
        if (group.wild) {
            for (Member member : group.members) member.id = member.wildId;
            group.members.sort((a, b) -> a.id.compareTo(b.id));
            for (int i = 0; i < group.members.size(); i++) group.members.get(i).order = i;
            group.nextOrder = group.members.size();
            if (group.members.get(0).topics.isEmpty()) group.members.get(0).topics.add(0);
        } else {
            for (int i = 0; i < group.members.size(); i++) group.members.get(i).id = aligned.get(i);
        }
    }

    // ---- Kafka ----

    static List<TreeMap<Integer, TreeSet<Integer>>> runClassic(Group group, ConsumerPartitionAssignor assignor) {
        List<Node> nodes = new ArrayList<>();
        for (int r = 0; r < Math.max(1, group.rackCount); r++) {
            nodes.add(new Node(r, "host", 9092, group.rackCount == 0 ? null : "rack" + r));
        }
        List<PartitionInfo> infos = new ArrayList<>();
        Map<String, Integer> indices = new HashMap<>();
        for (int t = 0; t < group.topics.size(); t++) {
            Topic topic = group.topics.get(t);
            indices.put(topic.name, t);
            for (int p = 0; p < topic.partitions; p++) {
                int[] racks = topic.racks == null ? new int[] {0} : topic.racks[p];
                Node[] replicas = new Node[racks.length];
                for (int r = 0; r < racks.length; r++) replicas[r] = nodes.get(racks[r]);
                infos.add(new PartitionInfo(topic.name, p, replicas[0], replicas, replicas));
            }
        }
        Cluster cluster = new Cluster("cluster", nodes, infos, Set.of(), Set.of());

        Map<String, Subscription> subscriptions = new LinkedHashMap<>();
        for (Member member : group.members) {
            List<String> topics = member.topics.stream().map(t -> group.topics.get(t).name).collect(Collectors.toList());
            List<TopicPartition> owned = new ArrayList<>();
            member.owned.forEach((t, ps) -> ps.forEach(p -> owned.add(new TopicPartition(group.topics.get(t).name, p))));
            ByteBuffer userData = null;
            if (assignor instanceof StickyAssignor && member.owns()) {
                StickyAssignor own = new StickyAssignor();
                own.onAssignment(new ConsumerPartitionAssignor.Assignment(owned),
                    new ConsumerGroupMetadata("group", member.generation, member.id, Optional.empty()));
                userData = own.subscriptionUserData(new HashSet<>(topics));
            }
            Subscription subscription = new Subscription(topics, userData,
                assignor instanceof CooperativeStickyAssignor ? owned : List.of(), member.generation,
                member.rack < 0 ? Optional.empty() : Optional.of("rack" + member.rack));
            subscription.setGroupInstanceId(Optional.ofNullable(member.instance));
            subscriptions.put(member.id, subscription);
        }

        Map<String, ConsumerPartitionAssignor.Assignment> answer =
            assignor.assign(cluster, new GroupSubscription(subscriptions)).groupAssignment();
        List<TreeMap<Integer, TreeSet<Integer>>> result = new ArrayList<>();
        for (Member member : group.members) {
            TreeMap<Integer, TreeSet<Integer>> mine = new TreeMap<>();
            for (TopicPartition tp : answer.get(member.id).partitions()) {
                if (!mine.computeIfAbsent(indices.get(tp.topic()), k -> new TreeSet<>()).add(tp.partition())) {
                    throw new IllegalStateException("given twice to one member");
                }
            }
            result.add(mine);
        }
        return result;
    }

    static List<TreeMap<Integer, TreeSet<Integer>>> runCoordinator(Group group, ConsumerGroupPartitionAssignor assignor) {
        Map<Uuid, Integer> indices = new HashMap<>();
        for (int t = 0; t < group.topics.size(); t++) indices.put(group.topics.get(t).id, t);
        Map<String, Member> members = new LinkedHashMap<>();
        Set<TopicPartition> assigned = new HashSet<>();
        for (Member member : group.members) {
            members.put(member.id, member);
            member.owned.forEach((t, ps) -> ps.forEach(p -> assigned.add(new TopicPartition("" + t, p))));
        }
        boolean equal = group.members.stream().map(m -> m.topics).distinct().count() == 1;
        GroupSpec spec = new GroupSpec() {
            public Collection<String> memberIds() { return members.keySet(); }
            public SubscriptionType subscriptionType() {
                return equal ? SubscriptionType.HOMOGENEOUS : SubscriptionType.HETEROGENEOUS;
            }
            public boolean isPartitionAssigned(Uuid id, int p) { return assigned.contains(new TopicPartition("" + indices.get(id), p)); }
            public boolean isPartitionAssignable(Uuid id, int p) { return true; }
            public MemberSubscription memberSubscription(String id) {
                Member member = members.get(id);
                return new MemberSubscription() {
                    public Optional<String> rackId() {
                        return member.rack < 0 ? Optional.empty() : Optional.of("rack" + member.rack);
                    }
                    public Optional<String> instanceId() { return Optional.ofNullable(member.instance); }
                    public Set<Uuid> subscribedTopicIds() {  // the coordinator leaves out topics that do not exist
                        return member.topics.stream().filter(t -> group.topics.get(t).partitions > 0)
                            .map(t -> group.topics.get(t).id).collect(Collectors.toCollection(TreeSet::new));
                    }
                };
            }
            public MemberAssignment memberAssignment(String id) {
                Map<Uuid, Set<Integer>> partitions = new LinkedHashMap<>();
                members.get(id).owned.forEach((t, ps) -> partitions.put(group.topics.get(t).id, new TreeSet<>(ps)));
                return new MemberAssignmentImpl(Collections.unmodifiableMap(partitions));
            }
        };
        SubscribedTopicDescriber describer = new SubscribedTopicDescriber() {
            public int numPartitions(Uuid id) {
                int partitions = group.topics.get(indices.get(id)).partitions;
                return partitions == 0 ? -1 : partitions;
            }
            public Set<String> racksForPartition(Uuid id, int p) {
                int[][] racks = group.topics.get(indices.get(id)).racks;
                Set<String> names = new HashSet<>();
                if (racks != null) for (int rack : racks[p]) names.add("rack" + rack);
                return names;
            }
        };
        Map<String, MemberAssignment> answer = assignor.assign(spec, describer).members();
        List<TreeMap<Integer, TreeSet<Integer>>> result = new ArrayList<>();
        for (Member member : group.members) {
            TreeMap<Integer, TreeSet<Integer>> mine = new TreeMap<>();
            if (answer.containsKey(member.id)) {
                answer.get(member.id).partitions().forEach((id, ps) -> {
                    if (!ps.isEmpty()) mine.put(indices.get(id), new TreeSet<>(ps));
                });
            }
            result.add(mine);
        }
        return result;
    }

    // ---- Judging and writing ----

    static boolean valid(Group group, List<TreeMap<Integer, TreeSet<Integer>>> answer, boolean complete) {
        Set<List<Integer>> given = new HashSet<>();
        for (int m = 0; m < answer.size(); m++) {
            for (Map.Entry<Integer, TreeSet<Integer>> entry : answer.get(m).entrySet()) {
                if (!group.members.get(m).topics.contains(entry.getKey())) return false;
                for (int p : entry.getValue()) {
                    if (p >= group.topics.get(entry.getKey()).partitions || !given.add(List.of(entry.getKey(), p))) return false;
                }
            }
        }
        if (!complete) return true;
        int wanted = 0;
        for (int t = 0; t < group.topics.size(); t++) {
            int topic = t;
            if (group.members.stream().anyMatch(m -> m.topics.contains(topic))) wanted += group.topics.get(t).partitions;
        }
        return given.size() == wanted;
    }

    // What of Kafka's answer does not depend on the order of a hash map: all of it, its score, or only that it is valid.
    static String comparable(Group group) {
        boolean equal = group.members.stream().map(m -> m.topics).distinct().count() == 1;
        boolean exact = equal
            ? group.members.stream().noneMatch(Member::owns)
                || hashOrderIsAscending(group.members.stream().map(m -> m.id).collect(Collectors.toList()))
            : group.topics.stream().allMatch(t -> hashOrderIsDescending(t.name, t.partitions));
        if (exact) return "exact";
        Set<List<Integer>> claimed = new HashSet<>();
        for (Member member : group.members) {
            for (Map.Entry<Integer, TreeSet<Integer>> entry : member.owned.entrySet()) {
                for (int p : entry.getValue()) if (!claimed.add(List.of(entry.getKey(), p))) return "valid";
            }
        }
        return group.rackCount == 0 ? "score" : "valid";
    }

    static String json(TreeMap<Integer, TreeSet<Integer>> partitions) {
        StringBuilder out = new StringBuilder("[");
        partitions.forEach((t, ps) -> {
            if (out.length() > 1) out.append(',');
            out.append('[').append(t);
            for (int p : ps) out.append(',').append(p);
            out.append(']');
        });
        return out.append(']').toString();
    }

    static String hex(Uuid id) { return String.format("%016x%016x", id.getMostSignificantBits(), id.getLeastSignificantBits()); }

    static String json(String name, Group group, String compare, List<TreeMap<Integer, TreeSet<Integer>>> answer, String refused) {
        StringBuilder out = new StringBuilder();
        out.append("{\"name\":\"").append(name).append("\",\"compare\":\"").append(compare).append("\",\"topics\":[");
        for (int t = 0; t < group.topics.size(); t++) {
            Topic topic = group.topics.get(t);
            if (t > 0) out.append(',');
            out.append("{\"id\":\"").append(hex(topic.id)).append("\",\"partitions\":").append(topic.partitions);
            if (topic.racks != null) {
                out.append(",\"racks\":[");
                for (int p = 0; p < topic.partitions; p++) {
                    if (p > 0) out.append(',');
                    out.append('[');
                    for (int r = 0; r < topic.racks[p].length; r++) out.append(r > 0 ? "," : "").append(topic.racks[p][r]);
                    out.append(']');
                }
                out.append(']');
            }
            out.append('}');
        }
        out.append("],\"members\":[");
        for (int m = 0; m < group.members.size(); m++) {
            Member member = group.members.get(m);
            if (m > 0) out.append(',');
            out.append("{\"id\":\"").append(member.id.replace("\\", "\\\\").replace("\"", "\\\"")).append('"');
            if (member.instance != null) out.append(",\"instance\":\"").append(member.instance).append('"');
            if (member.rack >= 0) out.append(",\"rack\":").append(member.rack);
            out.append(",\"topics\":").append(member.topics.toString().replace(" ", ""));
            if (member.owns()) out.append(",\"owned\":").append(json(member.owned));
            if (member.generation >= 0) out.append(",\"generation\":").append(member.generation);
            out.append('}');
        }
        out.append(']');
        if (answer != null) {
            out.append(",\"answer\":[");
            for (int m = 0; m < answer.size(); m++) out.append(m > 0 ? "," : "").append(json(answer.get(m)));
            out.append(']');
        } else {
            out.append(",\"refused\":\"").append(refused).append('"');
        }
        return out.append('}').toString();
    }

    // The first `sequences` of them, and some later ones that were picked because they reach rare corners.
    static void write(Path folder, String name, int sequences, boolean classic, boolean sticky, boolean cooperative, Assignor assignor,
            int... picked) throws IOException {
        int cases = 0, exact = 0, refused = 0;
        try (PrintWriter out = new PrintWriter(Files.newBufferedWriter(folder.resolve(name + ".jsonl"), StandardCharsets.UTF_8))) {
            for (int sequence : IntStream.concat(IntStream.range(0, sequences), IntStream.of(picked)).toArray()) {
                Random random = new Random(name.hashCode() * 77777L + sequence);
                List<String> aligned = alignedIds(random);
                Group group = draw(random, sequence % 2 == 0, sequence % 3 == 0, sequence % 7 == 0, sequence % 5 == 0);
                int steps = 1 + random.nextInt(sticky ? 6 : 2);
                for (int step = 0; step < steps; step++) {
                    if (step > 0) change(random, group, classic);
                    name(group, aligned);
                    List<TreeMap<Integer, TreeSet<Integer>>> answer = null;
                    String why = "";
                    try {
                        answer = assignor.run(group);
                        if (!valid(group, answer, !cooperative)) {
                            answer = null;
                            why = "gives a partition to nobody, to two, or to a member that does not subscribe";
                        }
                    } catch (RuntimeException e) {
                        why = e.getClass().getSimpleName();
                    }
                    String compare = sticky && classic ? comparable(group) : "exact";
                    out.println(json(name + "-" + sequence + "-" + step, group, compare, answer, why));
                    cases++;
                    if (answer == null) {
                        refused++;
                        break;
                    }
                    if (compare.equals("exact")) exact++;
                    group.generation++;
                    if (sticky) {
                        for (int m = 0; m < group.members.size(); m++) {
                            group.members.get(m).owned = answer.get(m);
                            group.members.get(m).generation = classic ? group.generation : -1;
                        }
                    }
                }
            }
        }
        System.out.printf("%-22s %4d cases, %4d exact, %d refused%n", name, cases, exact, refused);
    }

    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args[0]);
        write(folder, "range", 90, true, false, false, group -> runClassic(group, new RangeAssignor()));
        write(folder, "round_robin", 50, true, false, false, group -> runClassic(group, new RoundRobinAssignor()));
        write(folder, "sticky", 70, true, true, false, group -> runClassic(group, new StickyAssignor()),
            117, 147, 237, 429, 1317, 1325);
        write(folder, "cooperative_sticky", 70, true, true, true, group -> runClassic(group, new CooperativeStickyAssignor()),
            249, 483, 501, 537, 937);
        write(folder, "coordinator_range", 40, false, false, false,
            group -> runCoordinator(group, new org.apache.kafka.coordinator.group.assignor.RangeAssignor()));
        write(folder, "coordinator_uniform", 70, false, true, false, group -> runCoordinator(group, new UniformAssignor()),
            251, 423, 625);
    }
}
