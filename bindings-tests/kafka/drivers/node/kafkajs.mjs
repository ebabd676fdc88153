// kafkajs: reads by groups only, so each reading of a partition is a group of its own. It compresses with gzip alone.
//
// client: kafkajs
// offers: cluster create topics describe peek widen configs alter delete trim auto
// offers: partitioner refusals none gzip acks=0 acks=1 acks=all idempotent timestamps headers null-values offsets
// offers: fetch times group:range

import kafkajs from 'kafkajs'
import { Refused, address, bytesOf, failure, placesOf, serve, textOf } from './driver.mjs'

const { CompressionTypes, ConfigResourceTypes, Kafka, Partitioners, logLevel } = kafkajs
const TOPIC_ALREADY_EXISTS = 36
const settings = { brokers: [address], logLevel: logLevel.NOTHING, enforceRequestTimeout: true, requestTimeout: 10_000 }
const admin = new Kafka({ ...settings, retry: { retries: 2, initialRetryTime: 50 } }).admin()
const producing = new Kafka({ ...settings, retry: { retries: 100, initialRetryTime: 50, maxRetryTime: 300 } })
const reading = new Kafka({ ...settings, retry: { retries: 20, initialRetryTime: 50, maxRetryTime: 300 } })
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

// A record's headers as pairs again.
const pairsOf = headers => Object.entries(headers).flatMap(([name, values]) => [values].flat().map(value => [name, textOf(value)]))

async function startOf ({ topic, partition, from, count }) {
  if (from === 'start' || from === 'end') {
    const said = (await admin.fetchTopicOffsets(topic)).find(p => p.partition === partition)
    return from === 'start' ? Number(said.low) : Math.max(0, Number(said.high) - count)
  }
  if (typeof from === 'number') return from
  return Number((await admin.fetchTopicOffsetsByTimestamp(topic, from.time)).find(p => p.partition === partition).offset)
}

let groups = 0

async function fetch (words) {
  const { topic, partition, count } = words
  const consumer = reading.consumer({ groupId: `fetch-${process.pid}-${groups++}`, maxWaitTimeInMs: 50 })
  const records = []
  const first = await startOf(words)
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  await new Promise((resolve, reject) => {
    setTimeout(resolve, words.timeout_ms)
    consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error))
    consumer.run({
      autoCommit: false,
      eachMessage: async ({ partition: of, message }) => {
        if (of !== partition || Number(message.offset) < first || records.length === count) return
        records.push({ offset: Number(message.offset), timestamp: Number(message.timestamp), key: textOf(message.key), value: textOf(message.value), headers: pairsOf(message.headers ?? {}) })
        if (records.length === count) resolve()
      }
    })
  })
  await consumer.disconnect()
  return { records }
}

// A member of a group: it reads, commits what it read, and notes both.
class Member {
  read = []
  assigned = 0
  trouble = null

  async join ({ group, topic }) {
    this.consumer = reading.consumer({ groupId: group, maxWaitTimeInMs: 50, sessionTimeout: 6000, heartbeatInterval: 300, rebalanceTimeout: 10_000, metadataMaxAge: 1000 })
    await this.consumer.connect()
    await this.consumer.subscribe({ topic, fromBeginning: true })
    const { GROUP_JOIN, CRASH } = this.consumer.events
    this.consumer.on(GROUP_JOIN, ({ payload }) => { this.assigned = payload.memberAssignment[topic]?.length ?? 0 })
    this.consumer.on(CRASH, ({ payload }) => { if (!payload.restart) this.trouble = String(payload.error) })
    await this.consumer.run({ autoCommit: false, eachBatch: batch => this.take(batch) })
  }

  async take ({ batch, heartbeat }) {
    const offsets = batch.messages.map(message => Number(message.offset))
    let committed = true
    try {
      await this.consumer.commitOffsets([{ topic: batch.topic, partition: batch.partition, offset: String(offsets.at(-1) + 1) }])
    } catch { // a rebalance came between: others read them again
      committed = false
    }
    this.read.push(...offsets.map(offset => [batch.partition, offset, committed]))
    if (!committed) await heartbeat()
  }

  async leave () {
    await this.consumer.disconnect()
    return { read: this.read }
  }
}

const members = new Map()

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
  produce,
  fetch,
  async join (words) {
    members.set(words.member, new Member())
    await members.get(words.member).join(words)
  },
  look () {
    return { members: Object.fromEntries([...members].map(([name, m]) => [name, { assigned: m.assigned, read: m.read.length, trouble: m.trouble }])) }
  },
  async leave ({ member }) {
    const leaving = members.get(member)
    members.delete(member)
    return await leaving.leave()
  }
}

await admin.connect()
await serve(commands, codeOf)
