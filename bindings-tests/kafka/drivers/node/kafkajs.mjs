// kafkajs: reads by groups only, so it produces and administers here. It compresses with gzip alone.
//
// client: kafkajs
// offers: cluster create topics describe peek widen configs alter delete trim auto
// offers: partitioner refusals none gzip acks=0 acks=1 acks=all idempotent timestamps headers null-values offsets

import kafkajs from 'kafkajs'
import { Refused, address, bytesOf, failure, placesOf, serve } from './driver.mjs'

const { CompressionTypes, ConfigResourceTypes, Kafka, Partitioners, logLevel } = kafkajs
const TOPIC_ALREADY_EXISTS = 36
const settings = { brokers: [address], logLevel: logLevel.NOTHING, enforceRequestTimeout: true, requestTimeout: 10_000 }
const admin = new Kafka({ ...settings, retry: { retries: 2, initialRetryTime: 50 } }).admin()
const producing = new Kafka({ ...settings, retry: { retries: 100, initialRetryTime: 50, maxRetryTime: 300 } })
const producers = new Map()

// Kafka's code lies where the client's wrappings end.
function codeOf (error) {
  if (Number.isInteger(error.code) && error.code > 0) return error.code
  const inner = error.errors?.[0] ?? error.partitions?.[0]?.error ?? error.cause
  return inner ? codeOf(inner) : null
}

async function producer ({ codec, acks, idempotent }) {
  const key = `${codec} ${acks} ${idempotent}`
  if (!producers.has(key)) {
    const made = producing.producer({ idempotent, createPartitioner: Partitioners.DefaultPartitioner, ...(idempotent ? { maxInFlightRequests: 1 } : {}) })
    await made.connect()
    producers.set(key, made)
  }
  return producers.get(key)
}

// A record's headers by their names, as kafkajs has them: several of one name are a list.
function headersOf (pairs) {
  const headers = {}
  for (const [name, value] of pairs) (headers[name] ??= []).push(bytesOf(value))
  return headers
}

async function produce (words) {
  const messages = words.records.map(r => ({
    key: bytesOf(r.key),
    value: bytesOf(r.value),
    headers: headersOf(r.headers),
    ...(r.partition === null ? {} : { partition: r.partition }),
    ...(r.timestamp === undefined ? {} : { timestamp: String(r.timestamp) })
  }))
  const compression = { none: CompressionTypes.None, gzip: CompressionTypes.GZIP }[words.codec]
  try {
    const told = await (await producer(words)).send({ topic: words.topic, messages, compression, acks: { 0: 0, 1: 1, all: -1 }[words.acks] })
    return { records: placesOf(words.records, (told ?? []).map(t => [t.partition, Number(t.baseOffset)])) }
  } catch (error) {
    return { records: words.records.map(() => failure(codeOf(error), error)) }
  }
}

const resource = topic => ({ type: ConfigResourceTypes.TOPIC, name: topic })
const entries = configs => Object.entries(configs).map(([name, value]) => ({ name, value }))

const commands = {
  async cluster () {
    const said = await admin.describeCluster()
    return { cluster: said.clusterId, controller: said.controller, nodes: said.brokers.map(n => ({ id: n.nodeId, address: `${n.host}:${n.port}` })) }
  },
  async create ({ topic, partitions, configs }) {
    const made = await admin.createTopics({ topics: [{ topic, numPartitions: partitions, replicationFactor: 1, configEntries: entries(configs) }] })
    if (!made) throw new Refused(TOPIC_ALREADY_EXISTS, 'kafkajs says false')
  },
  async topics () {
    return { topics: await admin.listTopics() }
  },
  async describe ({ topic }) {
    const { topics: [said] } = await admin.fetchTopicMetadata({ topics: [topic] })
    return { partitions: said.partitions.map(p => ({ partition: p.partitionId, leader: p.leader, replicas: p.replicas, in_sync: p.isr })) }
  },
  async widen ({ topic, partitions }) {
    await admin.createPartitions({ topicPartitions: [{ topic, count: partitions }] })
  },
  async configs ({ topic }) {
    const { resources: [said] } = await admin.describeConfigs({ resources: [resource(topic)] })
    return { configs: Object.fromEntries(said.configEntries.map(entry => [entry.configName, entry.configValue])) }
  },
  async alter ({ topic, configs }) {
    await admin.alterConfigs({ resources: [{ ...resource(topic), configEntries: entries(configs) }] })
  },
  async delete ({ topic }) {
    await admin.deleteTopics({ topics: [topic] })
  },
  async trim ({ topic, partition, before }) {
    await admin.fetchTopicOffsets(topic) // it looks for leaders in what it knows before it asks
    await admin.deleteTopicRecords({ topic, partitions: [{ partition, offset: String(before) }] })
  },
  produce
}

await admin.connect()
await serve(commands, codeOf)
