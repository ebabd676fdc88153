import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.RangeAssignor;
import org.apache.kafka.clients.consumer.SubscriptionPattern;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** A member of a group: it reads, commits what it read, and notes both. */
class GroupMember extends Thread {
    final Map<String, Object> settings;
    final String topic;
    final boolean byPattern;
    final ArrayNode read = KafkaClients.JSON.createArrayNode();
    volatile boolean leaving;
    volatile int assigned;
    volatile int count;
    volatile String trouble;

    GroupMember(Map<String, Object> servers, JsonNode words) {
        String kind = words.get("kind").asText();
        topic = words.get("topic").asText();
        byPattern = kind.equals("pattern");
        settings = new HashMap<>(servers);
        settings.putAll(Map.of("group.id", words.get("group").asText(), "enable.auto.commit", false, "auto.offset.reset", "earliest", "fetch.max.wait.ms", 50, "metadata.max.age.ms", 1000));
        if (kind.equals("consumer") || byPattern) {
            settings.put("group.protocol", "consumer");
        } else {
            Class<?> assignor = kind.equals("cooperative") ? CooperativeStickyAssignor.class : RangeAssignor.class;
            settings.putAll(Map.of("session.timeout.ms", 6000, "heartbeat.interval.ms", 300, "partition.assignment.strategy", assignor.getName()));
        }
        if (kind.equals("static")) settings.put("group.instance.id", words.get("member").asText());
        setDaemon(true);
    }

    @Override
    public void run() {
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            if (byPattern) {
                consumer.subscribe(new SubscriptionPattern(topic.substring(0, topic.length() - 1) + "."));
            } else {
                consumer.subscribe(List.of(topic));
            }
            while (!leaving) {
                ConsumerRecords<byte[], byte[]> records = consumer.poll(Duration.ofMillis(100));
                assigned = consumer.assignment().size();
                if (!records.isEmpty()) note(records, committed(consumer));
            }
        } catch (RuntimeException problem) {
            trouble = problem.toString();
        }
    }

    static boolean committed(KafkaConsumer<?, ?> consumer) {
        try {
            consumer.commitSync();
            return true;
        } catch (KafkaException problem) {  // a rebalance came between: others read them again
            return false;
        }
    }

    void note(ConsumerRecords<byte[], byte[]> records, boolean committed) {
        for (ConsumerRecord<byte[], byte[]> record : records) {
            read.addArray().add(record.partition()).add(record.offset()).add(committed);
        }
        count = read.size();
    }
}
