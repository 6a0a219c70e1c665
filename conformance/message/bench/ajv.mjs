// The same as message-bench, by ajv: node ajv.mjs SCHEMAS MIX SECONDS plain|all-errors, run where ajv is installed.
// The same documents (schemas/mcp), the same choice of definitions: envelope by kind, params and result by method.
import { createRequire } from 'node:module'
import fs from 'node:fs'
import path from 'node:path'

const require = createRequire(path.join(process.cwd(), 'here.js'))
const Ajv = require('ajv/dist/2020').default
const addFormats = require('ajv-formats').default
const [folder, mix, time, mode] = process.argv.slice(2)

const revisions = fs.readdirSync(folder).filter((name) => /^\d/.test(name))
const files = (root) => fs.readdirSync(root, { withFileTypes: true })
  .flatMap((entry) => entry.isDirectory() ? files(path.join(root, entry.name)) : [path.join(root, entry.name)])

function load (revision) {
  const ajv = new Ajv({ strict: false, validateFormats: mode !== 'plain', allErrors: mode !== 'plain' })
  if (mode !== 'plain') addFormats(ajv)
  const where = {}
  const root = path.join(folder, revision)
  for (const file of files(root)) {
    const document = JSON.parse(fs.readFileSync(file))
    if (!document.$defs) continue
    const name = path.relative(root, file)
    ajv.addSchema(document, `mcp:///${name}`)
    for (const definition in document.$defs) where[definition] = `mcp:///${name}#/$defs/${definition}`
  }
  const get = (reference) => ajv.getSchema(`mcp:///${reference}`)
  const methods = new Map()
  for (const [name, entry] of Object.entries(JSON.parse(fs.readFileSync(path.join(root, 'methods.json'))))) {
    methods.set(name, {
      from: new Set(entry.from),
      params: entry.params && get(entry.params),
      results: [entry.result].flat().filter(Boolean).map(get)
    })
  }
  const envelope = (...names) => ajv.getSchema(where[names.find((name) => where[name])])
  return {
    methods,
    request: envelope('JSONRPCRequest'),
    notification: envelope('JSONRPCNotification'),
    result: envelope('JSONRPCResultResponse', 'JSONRPCResponse')
  }
}

function valid (schemas, from, message, method) {
  if ('result' in message) {
    if (!schemas.result(message)) return false
    const results = schemas.methods.get(method).results
    for (let i = 0; i < results.length; i++) if (results[i](message.result)) return true
    return false
  }
  if (!('id' in message ? schemas.request : schemas.notification)(message)) return false
  const entry = schemas.methods.get(message.method)
  if (!entry.from.has(from)) return false
  return message.params === undefined || !entry.params || entry.params(message.params)
}

// CPU time of the process: what else runs on the machine counts less.
const now = () => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

const start = now()
const schemas = Object.fromEntries(revisions.map((revision) => [revision, load(revision)]))
const loading = (now() - start) * 1000

const samples = fs.readFileSync(mix, 'utf8').trim().split('\n').map((line) => {
  const { revision, from, method, message } = JSON.parse(line)
  return { schemas: schemas[revision], from, method, message, text: JSON.stringify(message) }
})

function rate (seconds, each) {
  let done = 0
  let good = 0
  let took = 0
  const from = now()
  do {
    for (let repeat = 0; repeat < 20; repeat++) {
      for (const sample of samples) {
        if (each(sample)) good++
        done++
      }
    }
    took = now() - from
  } while (took < seconds)
  if (good !== done) console.error('not all messages are valid')
  return done / took
}

const validate = (s) => valid(s.schemas, s.from, s.message, s.method)
const both = (s) => valid(s.schemas, s.from, JSON.parse(s.text), s.method)
const parse = (s) => JSON.parse(s.text) !== null
for (const each of [validate, both, parse]) rate(2, each) // warm
console.log(JSON.stringify({
  load_ms: loading,
  validation: rate(+time, validate),
  parsing: rate(+time, parse),
  parsing_and_validation: rate(+time, both)
}))
