// The @platformatic/kafka side of the client tests. It consumes only in groups, so
// roundtrip-produce leaves the topics for another client to verify and delete-topics removes them.

import { assigned, obey, say } from '../node/commands.mjs'
import * as pattern from '../node/pattern.mjs'

const { Admin, Consumer, Producer } = pattern.load('@platformatic/kafka')

const options = bootstrap => ({ clientId: 'interop', bootstrapBrokers: [bootstrap] })

async function produce(bootstrap, topic, codec, base) {
  const producer = new Producer({ ...options(bootstrap), compression: codec })
  const messages = []
  for (let i = 0; i < pattern.RECORDS; i++) {
    messages.push({
      topic,
      partition: i % pattern.PARTITIONS,
      timestamp: BigInt(base + i),
      key: pattern.key(i) ?? undefined,
      value: pattern.value(i, codec) ?? undefined,
      headers: new Map(
        Object.entries(pattern.headers(i, codec)).map(([name, value]) => [Buffer.from(name), value])
      )
    })
  }
  const { offsets } = await producer.send({ messages })
  pattern.equal('partitions answered', pattern.PARTITIONS, offsets.length)
  for (const { offset } of offsets) pattern.equal('base offset', 0, offset)
  await producer.close()
}

async function listOffsets(admin, topic, base) {
  const cases = [
    ['begin', -2n, () => 0],
    ['end', -1n, pattern.end],
    ['newest', -3n, p => pattern.end(p) - 1],
    ['by time', BigInt(base + 5000), p => pattern.offsetAt(p, 5000)]
  ]
  for (const [name, timestamp, wanted] of cases) {
    const partitions = [0, 1, 2].map(partitionIndex => ({ partitionIndex, timestamp }))
    const [listed] = await admin.listOffsets({ topics: [{ name: topic, partitions }] })
    pattern.equal('partitions listed', pattern.PARTITIONS, listed.partitions.length)
    for (const { partitionIndex, offset } of listed.partitions) {
      pattern.equal(`${name} of ${partitionIndex}`, wanted(partitionIndex), offset)
    }
  }
}

async function roundtripProduce(bootstrap, topic, codec) {
  const admin = new Admin(options(bootstrap))
  const base = pattern.baseTime()
  const [created] = await admin.createTopics({ topics: [topic], partitions: pattern.PARTITIONS })
  pattern.equal('partitions in the answer', pattern.PARTITIONS, created.partitions)
  await pattern.settle()
  await produce(bootstrap, topic, codec, base)
  await listOffsets(admin, topic, base)
  await admin.close()
}

async function deleteTopics(bootstrap, topics) {
  const admin = new Admin(options(bootstrap))
  await admin.deleteTopics({ topics })
  await admin.close()
}

async function member(bootstrap, topic) {
  const settings = { ...options(bootstrap), groupId: process.env.GROUP }
  if (process.env.INSTANCE) settings.groupInstanceId = process.env.INSTANCE
  const consumer = new Consumer(settings)
  const next = new Map()
  let owned = []
  consumer.on('consumer:group:join', ({ assignments }) => {
    next.clear() // positions of partitions that may be another member's now
    owned = (assignments ?? []).find(a => a.topic === topic)?.partitions ?? []
    assigned(owned)
  })
  const stream = await consumer.consume({
    topics: [topic], mode: 'committed', fallbackMode: 'earliest'
  })
  stream.on('data', message => {
    // A fetch that was under way when the partition went to another member still delivers.
    if (!owned.includes(message.partition)) return
    say('record', message.partition, String(message.offset))
    next.set(message.partition, message.offset)
  })
  const commit = () =>
    consumer.commit({
      offsets: [...next].map(([partition, offset]) => ({
        topic, partition, offset: offset + 1n, leaderEpoch: 0
      }))
    })
  await obey(commit, () => consumer.close(true))
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
