// The records every client writes and every client expects (README.md), and a test's line.

import { createRequire } from 'node:module'

export const RECORDS = 10_000
export const PARTITIONS = 3
export const CODECS = ['none', 'gzip', 'snappy', 'lz4', 'zstd']

// Packages live in the cache, not beside the sources.
export const load = createRequire(process.env.LEAT_NODE_MODULES + '/')

export const key = i => (i % 100 === 7 ? null : Buffer.from(`key-${i}`))

export function value(i, codec) {
  if (i % 100 === 13) return null
  let filler = ''
  for (let j = 0; j < i % 150; j++) filler += String.fromCharCode(97 + ((i + j) % 26))
  return Buffer.from(`value-${i}-${codec}-${filler}`)
}

export function headers(i, codec) {
  const made = { n: Buffer.from(String(i)), codec: Buffer.from(codec) }
  if (i % 5 === 0) made.empty = Buffer.alloc(0)
  return made
}

// Start of the previous hour: young enough for every retention.
export const baseTime = () => Math.floor(Date.now() / 3_600_000) * 3_600_000 - 3_600_000

export const end = partition => Math.floor((RECORDS - partition + PARTITIONS - 1) / PARTITIONS)

// The offset of the partition's first record whose number is at least i.
export const offsetAt = (partition, i) => Math.floor((i - partition + PARTITIONS - 1) / PARTITIONS)

export function equal(what, expected, got) {
  if (String(expected) !== String(got)) throw new Error(`${what}: expected ${expected}, got ${got}`)
}

// Waits, except with LEAT_STRICT: Kafka answers CreateTopics before the partitions take records.
export const settle = () =>
  process.env.LEAT_STRICT ? null : new Promise(resolve => setTimeout(resolve, 500))

let failed = false

export async function test(name, body) {
  const start = performance.now()
  let failure = ''
  try {
    await body()
  } catch (error) {
    const causes = (error.errors ?? []).map(e => e.message).join('; ')
    failure = `: ${error.message} ${causes}`.replaceAll('\n', ' ')
    if (process.env.LEAT_VERBOSE) console.error(error)
    failed = true
  }
  const seconds = ((performance.now() - start) / 1000).toFixed(1)
  console.log(`${failure ? 'FAIL' : 'ok'} ${name} (${seconds})${failure}`)
}

export async function main(scenarios) {
  const [bootstrap, topic, ...names] = process.argv.slice(2)
  for (const name of names) await scenarios[name](bootstrap, topic)
  process.exit(failed ? 1 : 0)
}
