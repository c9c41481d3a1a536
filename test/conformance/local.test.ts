import { dag } from "dagger-sdk";
import { afterAll, beforeAll } from "vitest";
import { findMode } from "../../local/sandbox/mode.ts";
import { type Engine, startEngine } from "../local/api/engine.ts";
import { type Registry, startRegistry } from "./registry.ts";
import { image, testTable } from "./run-table.ts";
import { type OpenSession, openSession } from "./session.ts";

let engine: Engine | undefined;
let registry: Registry | undefined;
let session: OpenSession | undefined;

beforeAll(async () => {
  registry = await startRegistry();
  engine = await startEngine({ CONFORMANCE_SECRET: "from the environment", CONFORMANCE_LEAK: "1" });
  process.env.DAGGER_SESSION_PORT = String(engine.port);
  process.env.DAGGER_SESSION_TOKEN = engine.token;
  session = await openSession();
  // The first use of the base image may have to make the image.
  await dag.container().from(image).sync();
}, 300_000);

afterAll(async () => {
  await session?.close();
  await engine?.stop();
  await registry?.stop();
}, 60_000);

testTable("local", () => registry?.address, findMode()?.ids !== "single");
