import type { Container } from "@dagger.io/dagger";
import { type Command, type CommandsResult, runCommands } from "../commands/run.ts";
import { duckdbContainer, query } from "../data/duckdb.ts";
import { tabularFiles } from "../data/files.ts";
import { firstRow, tableFormat } from "../data/sql.ts";
import { pythonBase } from "../environment/images.ts";
import { DATA, HELPERS, RESULTS } from "../environment/paths.ts";
import { asExecFailure, messageOf } from "../errors.ts";
import { answerFindings } from "../gates/measurements/answer.ts";
import { helper } from "../helpers/helpers.ts";
import type { DataContext } from "./context.ts";
import { PORT } from "./image.ts";
import { failureOf, type Outcome, outcomeOf, type Stage, stage } from "./stage.ts";

const HOST = "model";
const HEALTH_SECONDS = 60;
/** The instance that is sent; either rows as DuckDB writes them or one instance a line. */
const INSTANCE = `${RESULTS}/instance.json`;
/** How long a server that does not answer is watched for a reason. */
const DIAGNOSIS_SECONDS = 20;

interface Asked {
  readonly health?: { readonly status: number; readonly seconds: number };
  readonly answer?: { readonly status: number; readonly text: string; readonly seconds: number };
  readonly error?: string;
}

/**
 * Starts the built image, waits for `/health`, sends one real instance to `/predict` and holds the answer against what the
 * schema gate allows.
 */
export function checkServing(context: DataContext, image: Container): Promise<Stage<true>> {
  return stage("serve", async (): Promise<Outcome<true>> => {
    let run: CommandsResult;
    try {
      run = await ask(context, image);
    } catch (error) {
      // The engine says that a service died; the model's own words are worth more.
      return diagnose(context, image, asExecFailure(error)?.stderr || messageOf(error));
    }
    if (!run.ok) return outcomeOf<true>(run, "");
    const asked = JSON.parse(await run.results.file("asked.json").contents()) as Asked;
    if (asked.error !== undefined) return diagnose(context, image, asked.error);
    const findings = answerFindings(asked.answer?.text ?? "", context.project.config.gates.schema?.classes);
    if (findings.length > 0) {
      return { status: "failed", message: `POST /predict: ${findings.join("; ")}`, runs: [run] };
    }
    const { health, answer } = asked;
    const took = `ready after ${health?.seconds.toFixed(1)} s, one prediction in ${((answer?.seconds ?? 0) * 1000).toFixed(0)} ms`;
    return outcomeOf<true>(run, took, true);
  });
}

async function ask(context: DataContext, image: Container): Promise<CommandsResult> {
  const program = `${HELPERS}/ask_model.py`;
  const { container, prepare, rows } = await withInstance(context);
  const spec = {
    url: `http://${HOST}:${PORT}`,
    instance: INSTANCE,
    results: `${RESULTS}/asked.json`,
    timeoutSeconds: HEALTH_SECONDS,
    rows,
  };
  const client = container
    .withServiceBinding(HOST, image.asService({ useEntrypoint: true }))
    .withMountedFile(program, helper("ask_model.py"));
  const command = {
    name: "ask",
    args: ["python3", program, JSON.stringify(spec)],
    shown: `GET http://${HOST}:${PORT}/health, POST /predict`,
  };
  return runCommands(client, [...prepare, command], { since: context.since, stopAtFailure: true });
}

/** A real instance: the first recorded request, or else the first row of the data without its label. */
async function withInstance(
  context: DataContext,
): Promise<{ container: Container; prepare: Command[]; rows: boolean }> {
  const { project, settings, data } = context;
  if (project.recordedRequests) {
    const requests = project.source.file("tests/shadow/requests.jsonl");
    const container = pythonBase(settings, project.config.python).withMountedFile(INSTANCE, requests);
    return { container, prepare: [], rows: false };
  }
  const [table] = await tabularFiles(context);
  const format = table === undefined ? undefined : tableFormat(table);
  if (table === undefined || format === undefined) throw new Error("a table without a path or a format");
  const container = duckdbContainer(context).withMountedDirectory(DATA, data).withWorkdir(DATA);
  return { container, prepare: [query("instance", firstRow(format, table, project.config.data.label))], rows: true };
}

/** Runs the image's own command for a while and reports how it ended and what it said. */
async function diagnose(context: DataContext, image: Container, reason: string): Promise<Outcome<true>> {
  const command = ["python3", "-m", "src.serve"];
  const run = await runCommands(
    image,
    [{ name: "serve", args: ["timeout", String(DIAGNOSIS_SECONDS), ...command], shown: "python -m src.serve" }],
    { since: context.since },
  );
  const server = run.commands[0];
  const alive = server?.exitCode === STILL_RUNNING;
  const what = server === undefined || alive ? `the served model does not answer: ${reason}` : failureOf(server);
  return { ...outcomeOf<true>(run, ""), status: "failed", message: what };
}

/** `timeout` ends with this when it had to end the command. */
const STILL_RUNNING = 124;
