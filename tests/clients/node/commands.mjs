// What a group member and groups.py say to each other: commands in, events out.

import { createInterface } from 'node:readline'

export const say = (...words) => console.log(...words)

export const assigned = partitions => say('assigned', [...partitions].sort((a, b) => a - b).join(','))

// Calls commit() for each command commit, close() once at the end; then the process ends.
export async function obey(commit, close) {
  for await (const line of createInterface({ input: process.stdin })) {
    if (line.trim() !== 'commit') break
    await commit()
    say('committed')
  }
  await close()
  say('closed')
  process.exit(0)
}
