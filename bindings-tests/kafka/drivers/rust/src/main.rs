//! rskafka: by partition, always with acks=all, never idempotent; its headers are a map.
//!
//! client: rskafka
//! offers: create topics delete trim
//! offers: refusals none gzip snappy lz4 zstd timestamps header-map null-values offsets
//! offers: fetch times ranges

use std::collections::{BTreeMap, HashMap};
use std::io::{BufRead, Write};
use std::time::{Duration, Instant, UNIX_EPOCH};

use base64::{engine::general_purpose::STANDARD, Engine};
use rskafka::chrono::{DateTime, Utc};
use rskafka::client::error::{Error, ProtocolError};
use rskafka::client::partition::{Compression, OffsetAt, PartitionClient, UnknownTopicHandling};
use rskafka::client::{Client, ClientBuilder};
use rskafka::record::Record;
use serde_json::{json, Value};

const TIMEOUT_MS: i32 = 10_000;
const FETCH_BYTES: i32 = 10 << 20;

fn bytes(text: &Value) -> Option<Vec<u8>> {
    text.as_str().map(|text| STANDARD.decode(text).expect("base64"))
}

fn text(data: &Option<Vec<u8>>) -> Value {
    data.as_ref().map_or(Value::Null, |data| STANDARD.encode(data).into())
}

fn failure(error: &Error) -> Value {
    let code = match error {
        Error::ServerError { protocol_error, .. } => match protocol_error {
            ProtocolError::OffsetOutOfRange => Some(1),
            ProtocolError::UnknownTopicOrPartition => Some(3),
            ProtocolError::MessageTooLarge => Some(10),
            ProtocolError::InvalidTopicException => Some(17),
            ProtocolError::TopicAlreadyExists => Some(36),
            _ => None,
        },
        _ => None,
    };
    json!({"error": {"code": code, "message": error.to_string()}})
}

fn now_ms() -> i64 {
    UNIX_EPOCH.elapsed().expect("a clock past 1970").as_millis() as i64
}

fn time(ms: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(ms).expect("a time")
}

fn record(words: &Value) -> Record {
    let headers = words["headers"].as_array().expect("headers").iter();
    Record {
        key: bytes(&words["key"]),
        value: bytes(&words["value"]),
        headers: headers
            .map(|h| {
                (
                    h[0].as_str().expect("a name").to_owned(),
                    bytes(&h[1]).unwrap_or_default(),
                )
            })
            .collect(),
        timestamp: time(words["timestamp"].as_i64().unwrap_or_else(now_ms)),
    }
}

struct Driver {
    client: Client,
    partitions: HashMap<(String, i32), PartitionClient>,
}

impl Driver {
    /// Topics come and go under their names, so a partition that was refused is looked up anew.
    async fn partition(&mut self, topic: &str, partition: i32) -> Result<&PartitionClient, Error> {
        let place = (topic.to_owned(), partition);
        if !self.partitions.contains_key(&place) {
            let made = self
                .client
                .partition_client(topic, partition, UnknownTopicHandling::Error)
                .await?;
            self.partitions.insert(place.clone(), made);
        }
        Ok(&self.partitions[&place])
    }

    async fn produce(&mut self, topic: &str, words: &Value) -> Result<Value, Error> {
        let codec = match words["codec"].as_str() {
            Some("gzip") => Compression::Gzip,
            Some("snappy") => Compression::Snappy,
            Some("lz4") => Compression::Lz4,
            Some("zstd") => Compression::Zstd,
            _ => Compression::NoCompression,
        };
        let records = words["records"].as_array().expect("records");
        let mut told = vec![Value::Null; records.len()];
        let mut of_partition: BTreeMap<i64, Vec<usize>> = BTreeMap::new();
        for (i, words) in records.iter().enumerate() {
            of_partition
                .entry(words["partition"].as_i64().expect("a partition"))
                .or_default()
                .push(i);
        }
        for (partition, indexes) in of_partition {
            let batch = indexes.iter().map(|&i| record(&records[i])).collect();
            let client = self.partition(topic, partition as i32).await?;
            let answer = tokio::time::timeout(Duration::from_secs(50), client.produce(batch, codec)).await;
            match answer.unwrap_or(Err(Error::Timeout)) {
                Ok(offsets) => {
                    for (&i, offset) in indexes.iter().zip(offsets) {
                        told[i] = json!({"partition": partition, "offset": offset});
                    }
                }
                Err(error) => indexes.iter().for_each(|&i| told[i] = failure(&error)),
            }
        }
        Ok(json!({"records": told}))
    }

    async fn fetch(&mut self, topic: &str, words: &Value) -> Result<Value, Error> {
        let count = words["count"].as_u64().expect("a count") as usize;
        let deadline = Instant::now() + Duration::from_millis(words["timeout_ms"].as_u64().expect("a time"));
        let client = self
            .partition(topic, words["partition"].as_i64().expect("a partition") as i32)
            .await?;
        let from = &words["from"];
        let mut at = if let Some(ms) = from["time"].as_i64() {
            client.get_offset(OffsetAt::Timestamp(time(ms))).await?
        } else if let Some(offset) = from.as_i64() {
            offset
        } else if from == "end" {
            (client.get_offset(OffsetAt::Latest).await? - count as i64).max(0)
        } else {
            client.get_offset(OffsetAt::Earliest).await?
        };
        let mut records = Vec::new();
        while records.len() < count && Instant::now() < deadline {
            let (fetched, _) = client.fetch_records(at, 1..FETCH_BYTES, 1000).await?;
            for r in fetched.into_iter().take(count - records.len()) {
                at = r.offset + 1;
                let headers: Vec<Value> = r
                    .record
                    .headers
                    .into_iter()
                    .map(|(name, data)| json!([name, text(&Some(data))]))
                    .collect();
                records.push(json!({
                    "offset": r.offset, "timestamp": r.record.timestamp.timestamp_millis(),
                    "key": text(&r.record.key), "value": text(&r.record.value), "headers": headers,
                }));
            }
        }
        Ok(json!({"records": records}))
    }

    async fn answer(&mut self, words: &Value) -> Result<Value, Error> {
        let topic = words["topic"].as_str().unwrap_or_default();
        match words["do"].as_str().expect("a command") {
            "create" => {
                let partitions = words["partitions"].as_i64().expect("a count") as i32;
                self.client
                    .controller_client()?
                    .create_topic(topic, partitions, 1, TIMEOUT_MS)
                    .await?;
            }
            "delete" => self.client.controller_client()?.delete_topic(topic, TIMEOUT_MS).await?,
            "topics" => {
                let topics = self.client.list_topics().await?;
                return Ok(json!({"topics": topics.into_iter().map(|topic| topic.name).collect::<Vec<_>>()}));
            }
            "trim" => {
                let client = self
                    .partition(topic, words["partition"].as_i64().expect("a partition") as i32)
                    .await?;
                client
                    .delete_records(words["before"].as_i64().expect("an offset"), TIMEOUT_MS)
                    .await?;
            }
            "produce" => return self.produce(topic, words).await,
            "fetch" => return self.fetch(topic, words).await,
            other => panic!("no command {other}"),
        }
        Ok(json!({}))
    }
}

fn main() {
    let address = std::env::args().nth(1).expect("an address");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let backoff = rskafka::BackoffConfig {
            init_backoff: Duration::from_millis(50),
            max_backoff: Duration::from_millis(300),
            base: 2.0,
            deadline: Some(Duration::from_secs(40)),
        };
        let client = ClientBuilder::new(vec![address])
            .backoff_config(backoff)
            .build()
            .await
            .expect("a client");
        let mut driver = Driver {
            client,
            partitions: HashMap::new(),
        };
        for line in std::io::stdin().lock().lines() {
            let words: Value = serde_json::from_str(&line.expect("a line")).expect("JSON");
            let answer = match driver.answer(&words).await {
                Ok(answer) => answer,
                Err(error) => {
                    driver.partitions.clear();
                    failure(&error)
                }
            };
            println!("{answer}");
            std::io::stdout().flush().expect("somebody who reads");
        }
    });
}
