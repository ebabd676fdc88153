// @platformatic/kafka: its streams read by groups, its fetch() by partition. Its zstd is that of Node 22 and later.
//
// client: @platformatic/kafka
// needs: node 20.19.4
// offers: cluster create topics describe widen configs alter delete trim auto
// offers: partitioner refusals none gzip snappy lz4 acks=0 acks=1 acks=all idempotent timestamps headers null-values offsets
// offers: fetch times ranges

import { Admin, ConfigResourceTypes, Consumer, IncrementalAlterConfigOperationTypes, Producer } from '@platformatic/kafka'
import { address, bytesOf, failure, placesOf, serve, textOf } from './driver.mjs'

const EARLIEST = -2n
const LATEST = -1n
const settings = { clientId: 'driver', bootstrapBrokers: [address], retryDelay: 100 }
const admin = new Admin({ ...settings, retries: 2 })
const consumer = new Consumer({ ...settings, groupId: 'unused', retries: 2 })
const producers = new Map()

const codeOf = error => error.apiCode ?? error.errors?.map(codeOf).find(Boolean) ?? (error.cause ? codeOf(error.cause) : null)

function producer ({ codec, acks, idempotent }) {
  const key = `${codec} ${acks} ${idempotent}`
  if (!producers.has(key)) producers.set(key, new Producer({ ...settings, retries: 200, autocreateTopics: true, idempotent, compression: codec, acks: { 0: 0, 1: 1, all: -1 }[acks] }))
  return producers.get(key)
}

async function produce (words) {
  const messages = words.records.map(r => ({
    topic: words.topic,
    key: bytesOf(r.key) ?? undefined,
    value: bytesOf(r.value) ?? undefined,
    headers: new Map(r.headers.map(([name, value]) => [Buffer.from(name), bytesOf(value)])),
    ...(r.partition === null ? {} : { partition: r.partition }),
    ...(r.timestamp === undefined ? {} : { timestamp: BigInt(r.timestamp) })
  }))
  try {
    const { offsets } = await producer(words).send({ messages })
    return { records: placesOf(words.records, (offsets ?? []).map(o => [o.partition, Number(o.offset)])) }
  } catch (error) {
    return { records: words.records.map(() => failure(codeOf(error), error)) }
  }
}

const metadataOf = topic => admin.metadata({ topics: [topic], autocreateTopics: false, forceUpdate: true })

async function offsetAt (topic, partition, timestamp) {
  const [{ partitions: [said] }] = await admin.listOffsets({ topics: [{ name: topic, partitions: [{ partitionIndex: partition, timestamp }] }] })
  return said.offset
}

async function startOf ({ topic, partition, from, count }) {
  if (from.time !== undefined) return offsetAt(topic, partition, BigInt(from.time))
  if (from === 'start') return offsetAt(topic, partition, EARLIEST)
  if (from !== 'end') return BigInt(from)
  const first = (await offsetAt(topic, partition, LATEST)) - BigInt(count)
  return first < 0n ? 0n : first
}

async function fetch (words) {
  const { topic, partition, count, timeout_ms: timeout } = words
  const { id, partitions } = (await metadataOf(topic)).topics.get(topic)
  const deadline = Date.now() + timeout
  const records = []
  let at = await startOf(words)
  while (records.length < count && Date.now() < deadline) {
    const wanted = { partition, currentLeaderEpoch: -1, fetchOffset: at, lastFetchedEpoch: -1, partitionMaxBytes: 1 << 20 }
    const said = await consumer.fetch({ node: partitions[partition].leader, minBytes: 1, maxBytes: 10 << 20, maxWaitTime: 1000, topics: [{ topicId: id, partitions: [wanted] }] })
    for (const batch of said.responses[0]?.partitions[0]?.records ?? []) {
      const appendTime = (batch.attributes & 8) !== 0
      for (const r of batch.records) {
        const offset = batch.firstOffset + BigInt(r.offsetDelta)
        if (offset < at || records.length === count) continue
        at = offset + 1n
        const timestamp = Number(appendTime ? batch.maxTimestamp : batch.firstTimestamp + r.timestampDelta)
        records.push({ offset: Number(offset), timestamp, key: textOf(r.key), value: textOf(r.value), headers: r.headers.map(([name, value]) => [name.toString(), textOf(value)]) })
      }
    }
  }
  return { records }
}

const resource = topic => ({ resourceType: ConfigResourceTypes.TOPIC, resourceName: topic })

const commands = {
  async cluster () {
    const said = await admin.metadata({ topics: [], forceUpdate: true })
    return { cluster: said.id, controller: said.controllerId, nodes: [...said.brokers].map(([id, n]) => ({ id, address: `${n.host}:${n.port}` })) }
  },
  async create ({ topic, partitions, configs }) {
    await admin.createTopics({ topics: [topic], partitions, replicas: 1, configs: Object.entries(configs).map(([name, value]) => ({ name, value })) })
  },
  async topics () {
    return { topics: await admin.listTopics() }
  },
  async describe ({ topic }) {
    const said = (await metadataOf(topic)).topics.get(topic)
    return { partitions: said.partitions.map((p, partition) => ({ partition, leader: p.leader, replicas: p.replicas, in_sync: p.isr })) }
  },
  async widen ({ topic, partitions }) {
    await admin.createPartitions({ topics: [{ name: topic, count: partitions, assignments: null }] })
  },
  async configs ({ topic }) {
    const [said] = await admin.describeConfigs({ resources: [resource(topic)] })
    return { configs: Object.fromEntries(said.configs.map(entry => [entry.name, entry.value])) }
  },
  async alter ({ topic, configs }) {
    const changes = Object.entries(configs).map(([name, value]) => ({ name, value, configOperation: IncrementalAlterConfigOperationTypes.SET }))
    await admin.incrementalAlterConfigs({ resources: [{ ...resource(topic), configs: changes }] })
  },
  async delete ({ topic }) {
    await admin.deleteTopics({ topics: [topic] })
  },
  async trim ({ topic, partition, before }) {
    const [{ partitions: [said] }] = await admin.deleteRecords({ topics: [{ name: topic, partitions: [{ partition, offset: BigInt(before) }] }] })
    return { low_watermark: Number(said.lowWatermark) }
  },
  produce,
  fetch
}

await serve(commands, codeOf)
