// The loop that every Node driver runs: a line of JSON in, a line of JSON out.

import { createInterface } from 'node:readline'

export const address = process.argv[2]

export const bytesOf = text => (text === null ? null : Buffer.from(text, 'base64'))

export const textOf = data => (data === null || data === undefined ? null : data.toString('base64'))

export class Refused extends Error {
  constructor (kafkas, message) {
    super(message)
    this.kafkas = kafkas
  }
}

export const failure = (code, message) => ({ error: { code: code ?? null, message: String(message) } })

// Of records sent together, each one's place: a partition's lie one behind the other from its first offset on.
export function placesOf (records, firstOffsets) {
  const next = new Map(firstOffsets)
  return records.map(({ partition }) => {
    const offset = next.get(partition)
    if (offset === undefined) return { partition, offset: null }
    next.set(partition, offset + 1)
    return { partition, offset }
  })
}

// Answers until its input ends. codeOf finds Kafka's code in an error.
export async function serve (commands, codeOf) {
  for await (const line of createInterface({ input: process.stdin })) {
    const words = JSON.parse(line)
    let answer
    try {
      answer = (await commands[words.do](words)) ?? {}
    } catch (error) {
      answer = failure(error.kafkas ?? codeOf(error), error.stack)
    }
    process.stdout.write(JSON.stringify(answer) + '\n')
  }
  process.exit(0)
}
