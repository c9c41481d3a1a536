/**
 * Runs two services on one port, clients that reach them by name, a service that dies, many at once, and clients of a
 * port of the host. Prints the results.
 */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { openSandbox } from "../../../../local/sandbox/sandbox.ts";
import type { RunningService } from "../../../../local/sandbox/types.ts";
import { openStore } from "../../../../local/store/store.ts";
import { nodeMount, smallRoot } from "./root.ts";

const [path = "", many = "5"] = process.argv.slice(2);
const store = await openStore({ path });
// A server on the host's loopback, whose port the user has named, and one that listens beside it.
const servers = ["named", "other"].map((name) =>
  createServer((request, answer) => request.resume().once("end", () => answer.end(`the host's ${name}`))),
);
for (const one of servers) await once(one.listen(0, "127.0.0.1"), "listening");
const ports = servers.map((one) => (one.address() as AddressInfo).port);
process.env.ML_PIPELINE_HOST_PORTS = String(ports[0]);

const sandbox = await openSandbox({ store });
const base = { root: await smallRoot(store), mounts: [nodeMount], env: {}, workdir: "/" };

const server = `require("node:http").createServer((_, answer) => answer.end(process.argv[1])).listen(8080)`;
const start = (hostname: string): Promise<RunningService> =>
  sandbox.start({ ...base, hostname, args: ["node", "-e", server, hostname] });

const client = `Promise.all(process.argv.slice(1).map((name) => fetch("http://" + name + ":8080/").then((answer) => answer.text())))
  .then((texts) => console.log(texts.join(" ")))`;
async function ask(services: Readonly<Record<string, RunningService>>): Promise<string> {
  const hosts = Object.fromEntries(Object.entries(services).map(([name, service]) => [name, service.address]));
  const env = { HTTP_PROXY: "http://127.0.0.1:9" };
  const { stdout, stderr } = await sandbox.run({
    ...base,
    env,
    hosts,
    args: ["node", "-e", client, ...Object.keys(hosts)],
  });
  return stdout.trim() || stderr;
}

const [candidate, production] = await Promise.all([start("candidate"), start("production")]);
await Promise.all([candidate.listening(8080), production.listening(8080)]);
const answers = await ask({ candidate, production });
const began = performance.now();
await candidate.stop();
const stopped = performance.now() - began;
const { exitCode } = await candidate.exited;
await production.stop("SIGKILL");

const dying = await sandbox.start({ ...base, hostname: "dying", args: ["sh", "-c", "echo no model here >&2; exit 3"] });
const death = await dying.listening(8080).then(
  () => "listens",
  (error: Error) => error.message,
);
const onlyItself = await sandbox.start({
  ...base,
  hostname: "shy",
  args: ["node", "-e", `require("node:http").createServer(() => {}).listen(8080, "127.0.0.1")`],
});
const shy = await Promise.race([
  onlyItself.listening(8080).then(() => "listens"),
  new Promise((resolve) => setTimeout(() => resolve("not reachable"), 700)),
]);
await onlyItself.stop("SIGKILL");

const names = Array.from({ length: Number(many) }, (_, index) => `n${index}`);
const crowd = await Promise.all(names.map(start));
await Promise.all(crowd.map((service) => service.listening(8080)));
const crowdAnswers = await ask(Object.fromEntries(crowd.map((service, index) => [names[index] ?? "", service])));
await Promise.all(crowd.map((service) => service.stop("SIGKILL")));

const askHost = `Promise.allSettled(process.argv.slice(1).map((port) => fetch("http://127.0.0.1:" + port).then((answer) => answer.text())))
  .then((all) => console.log(all.map((one) => one.value ?? one.reason.cause.code).join(", ")))`;
// The second client gets the network of the first.
const fromHost: string[] = [];
for (let client = 0; client < 2; client++) {
  const { stdout, stderr } = await sandbox.run({ ...base, args: ["node", "-e", askHost, ...ports.map(String)] });
  fromHost.push(stdout.trim() || stderr);
}

// First the headers and then the body, as Python's client sends them.
const askInParts = `const { Agent, request } = require("node:http"), { once } = require("node:events");
  (async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 }), times = [];
    for (let number = 0; number < 41; number++) {
      const began = performance.now();
      const asking = request({ agent, port: process.argv[1], host: "127.0.0.1", method: "POST", headers: { "content-length": 4 } });
      const answered = once(asking, "response");
      asking.flushHeaders();
      await new Promise((resolve) => setTimeout(resolve, 1));
      asking.end("body");
      const [answer] = await answered;
      await once(answer.resume(), "end");
      times.push(performance.now() - began);
    }
    agent.destroy();
    console.log(times.sort((one, other) => one - other)[20]);
  })()`;
const inParts = await sandbox.run({ ...base, args: ["node", "-e", askInParts, String(ports[0])] });
for (const one of servers) one.close();
await sandbox.close();
await store.close();
console.log(
  JSON.stringify({
    fromHost,
    milliseconds: Number(inParts.stdout || Number.NaN),
    answers,
    stopped,
    exitCode,
    killed: (await production.exited).exitCode,
    death,
    shy,
    crowdAnswers,
  }),
);
