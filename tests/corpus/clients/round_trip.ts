// Reads {"customs": [...], "bytes": [...]} from its standard input, customs as JSON and messages as base64, and prints the same with each
// custom as bytes and each message as JSON: what wire_bytes.py does in Python.
import { fromBinary, fromJson, type JsonValue, toBinary, toJson } from "@bufbuild/protobuf";
import { base64Decode, base64Encode } from "@bufbuild/protobuf/wire";
import { Schema } from "./schema.js";

declare const process: { stdin: AsyncIterable<Uint8Array>; stdout: { write(text: string): void } };

interface Asked {
  customs: JsonValue[];
  bytes: string[];
}

const chunks: Uint8Array[] = [];
for await (const chunk of process.stdin) {
  chunks.push(chunk);
}
const asked = JSON.parse(await new Response(new Blob(chunks as BlobPart[])).text()) as Asked;
const said: Asked = {
  customs: asked.bytes.map((bytes) => toJson(Schema, fromBinary(Schema, base64Decode(bytes)))),
  bytes: asked.customs.map((custom) => base64Encode(toBinary(Schema, fromJson(Schema, custom)))),
};
process.stdout.write(JSON.stringify(said));
