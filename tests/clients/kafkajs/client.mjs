// The kafkajs side of the client tests. kafkajs consumes only in groups, so roundtrip-produce
// leaves the topics for another client to verify and delete-topics removes them afterwards.

import zlib from 'node:zlib'
import { assigned, obey, say } from '../node/commands.mjs'
import * as pattern from '../node/pattern.mjs'

const { Kafka, CompressionCodecs, CompressionTypes, logLevel } = pattern.load('kafkajs')
const { lz4Compress, lz4Decompress } = pattern.load('@platformatic/wasm-utils')

CompressionCodecs[CompressionTypes.Snappy] = pattern.load('kafkajs-snappy')
CompressionCodecs[CompressionTypes.LZ4] = () => ({
  compress: async encoder => Buffer.from(lz4Compress(encoder.buffer)),
  decompress: async buffer => Buffer.from(lz4Decompress(buffer))
})
CompressionCodecs[CompressionTypes.ZSTD] = () => ({
  compress: async encoder => zlib.zstdCompressSync(encoder.buffer),
  decompress: async buffer => zlib.zstdDecompressSync(buffer)
})

const compression = {
  none: CompressionTypes.None,
  gzip: CompressionTypes.GZIP,
  snappy: CompressionTypes.Snappy,
  lz4: CompressionTypes.LZ4,
  zstd: CompressionTypes.ZSTD
}

const connect = bootstrap => new Kafka({ brokers: [bootstrap], logLevel: logLevel.ERROR })

async function produce(kafka, topic, codec, base) {
  const producer = kafka.producer()
  await producer.connect()
  const messages = []
  for (let i = 0; i < pattern.RECORDS; i++) {
    messages.push({
      partition: i % pattern.PARTITIONS,
      timestamp: String(base + i),
      key: pattern.key(i),
      value: pattern.value(i, codec),
      headers: pattern.headers(i, codec)
    })
  }
  const answers = await producer.send({ topic, messages, compression: compression[codec] })
  for (const answer of answers) pattern.equal('base offset', 0, answer.baseOffset)
  pattern.equal('partitions answered', pattern.PARTITIONS, answers.length)
  await producer.disconnect()
}

async function listOffsets(admin, topic, base) {
  const byTime = await admin.fetchTopicOffsetsByTimestamp(topic, base + 5000)
  for (const { partition, low, high } of await admin.fetchTopicOffsets(topic)) {
    pattern.equal(`begin of ${partition}`, 0, low)
    pattern.equal(`end of ${partition}`, pattern.end(partition), high)
    const found = byTime.find(p => p.partition === partition)
    pattern.equal(`by time of ${partition}`, pattern.offsetAt(partition, 5000), found.offset)
  }
}

async function roundtripProduce(bootstrap, topic, codec) {
  const kafka = connect(bootstrap)
  const admin = kafka.admin()
  await admin.connect()
  const base = pattern.baseTime()
  const wanted = { topic, numPartitions: pattern.PARTITIONS }
  pattern.equal('created', true, await admin.createTopics({ topics: [wanted] }))
  await pattern.settle()
  await produce(kafka, topic, codec, base)
  await listOffsets(admin, topic, base)
  await admin.disconnect()
}

async function deleteTopics(bootstrap, topics) {
  const admin = connect(bootstrap).admin()
  await admin.connect()
  await admin.deleteTopics({ topics })
  await admin.disconnect()
}

async function member(bootstrap, topic) {
  const consumer = connect(bootstrap).consumer({ groupId: process.env.GROUP })
  const next = new Map()
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    next.clear() // positions of partitions that may be another member's now
    assigned(payload.memberAssignment[topic] ?? [])
  })
  await consumer.connect()
  await consumer.subscribe({ topics: [topic], fromBeginning: true })
  await consumer.run({
    eachMessage: async ({ partition, message }) => {
      say('record', partition, message.offset)
      next.set(partition, String(BigInt(message.offset) + 1n))
    }
  })
  const positions = () => [...next].map(([partition, offset]) => ({ topic, partition, offset }))
  await obey(() => consumer.commitOffsets(positions()), () => consumer.disconnect())
}

await pattern.main({
  'roundtrip-produce': async (bootstrap, topic) => {
    for (const codec of pattern.CODECS) {
      await pattern.test(`roundtrip-produce-${codec}`, () =>
        roundtripProduce(bootstrap, `${topic}-${codec}`, codec)
      )
    }
  },
  'delete-topics': (bootstrap, topic) =>
    pattern.test('delete-topics', () =>
      deleteTopics(bootstrap, pattern.CODECS.map(codec => `${topic}-${codec}`))
    ),
  member
})
