/** Runs a command that never ends beside a service, says when both run, and waits to be killed. */
import { openSandbox } from "../../../../local/sandbox/sandbox.ts";
import { openStore } from "../../../../local/store/store.ts";
import { smallRoot } from "./root.ts";

const [path = "", marker = "1000"] = process.argv.slice(2);
const store = await openStore({ path });
const sandbox = await openSandbox({ store });
const draft = await store.draftLayer();
const base = { root: await smallRoot(store), mounts: [], env: {}, workdir: "/" };
const args = ["sh", "-c", 'echo started; echo half > /half; sleep "$1" & sleep "$1"', "sh", marker];
await sandbox.run({ ...base, draft, args, onOutput: () => console.log(JSON.stringify({ upper: draft.upper })) });
