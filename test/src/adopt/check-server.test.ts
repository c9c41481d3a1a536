import { expect, test } from "vitest";
import { checkServer } from "../../../src/adopt/check-server.ts";
import type { Script } from "../../../src/adopt/findings.ts";
import type { EntryPoint } from "../../../src/project/commands/entry-point.ts";
import { protocolOf } from "../../../src/project/serving/protocol.ts";
import { configOf } from "../support.ts";
import { findings, script, server, withArguments } from "./support.ts";

function said(line: string, one: Script, toml = "", env: EntryPoint["env"] = {}): string[] {
  const serve = { title: "commands.serve", args: line.split(" "), env };
  const protocol = protocolOf(configOf(toml).serve);
  return checkServer({ entryPoints: { serve }, protocol }, findings({ scripts: [one] })).map(({ text }) => text);
}

const own = (more: Partial<NonNullable<Script["server"]>>): Script =>
  script("serve.py", { server: server({ by: "http.server", app: "", starts: true, ...more }) });

test.each<[string, string, Script, EntryPoint["env"]?]>([
  ["of the program", "python serve.py", own({ port: "8000" })],
  ["of the command", "python -m uvicorn serve:app --host 0.0.0.0 --port 8000", own({})],
  ["of the command, after a sign", "gunicorn --bind=0.0.0.0:8000 serve:app", own({})],
  ["that a variable has by default", "python serve.py", own({ port: "8000", port_variable: "API_PORT" })],
  [
    "that a variable is told",
    "python serve.py",
    own({ port: "9000", port_variable: "API_PORT" }),
    { API_PORT: "8000" },
  ],
  [
    "of an argument's default",
    "python serve.py",
    withArguments("serve.py", ["--port=8000"], {
      server: server({ by: "http.server", app: "", starts: true }),
    }),
  ],
])("a port %s is held against serve.port", (_what, line, one, env) => {
  expect(said(line, one, "", env)).toEqual([
    expect.stringMatching(/ listens on port 8000, .* write serve\.port = 8000/),
  ]);
  expect(said(line, one, "serve.port = 8000", env)).toEqual([]);
});

test.each<[string, string, Script]>([
  ["is told", "python serve.py --port {port}", own({ port: "8000" })],
  ["is read from $PORT", "python serve.py", own({ port: "8000", port_variable: "PORT" })],
  ["is not known", "python serve.py", own({})],
  ["is that of no server", "python serve.py", script("serve.py")],
])("a port that %s is no other one", (_what, line, one) => expect(said(line, one)).toEqual([]));
