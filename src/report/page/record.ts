import { byteText, counted, grouped, percent } from "../../text.ts";
import type { Report } from "../report.ts";
import { duration } from "../time.ts";
import { type Html, html } from "./html.ts";
import { table } from "./table.ts";

/** What is needed to repeat the run. */
export function recordSection(report: Report): Html {
  const { hashes, image, environment, training, data, startedAt, seconds, runId, project, config, policy, signedBy } =
    report;
  const facts: [string, string | undefined][] = [
    ["started", startedAt],
    ["took", duration(seconds)],
    ["run ID", runId],
    ["project", project?.name],
    ["commit", project?.commit],
    ["branch", project?.branch],
    ["source", hashes.source],
    ["data", hashes.data],
    ["data in DVC", report.dvc],
    ["model", hashes.model],
    ["training inputs", hashes.trainingInputs],
    [
      "verdict",
      hashes.model === undefined ? undefined : signedBy === undefined ? "not signed" : `signed by key ${signedBy}`,
    ],
    ["image", image?.id],
    ["published", image?.published],
    ["size of the image", image?.bytes === undefined ? undefined : byteText(image.bytes)],
    ["base image", environment.image],
    ["Python", environment.python],
    ["policy", policy && `${policy.name} ${policy.sha256}`],
    [
      "training",
      training === undefined
        ? undefined
        : training.reused
          ? "an earlier model was used"
          : `${training.epochs === undefined ? "" : `${counted(training.epochs, "epoch")} `}on ${training.device}${training.profile === undefined ? "" : ", with the quick profile"}`,
    ],
    ["rows of data", data === undefined ? undefined : grouped(data.rows)],
  ];
  const known = facts.flatMap(([name, value]) =>
    value === undefined || value === "" ? [] : [[name, html`<code>${value}</code>`]],
  );
  const tools = Object.entries(environment.tools);
  const named = data?.files.some((file) => file.table !== undefined) ?? false;
  return html`${table(["What", "Value"], known, { label: "Record", columns: ["", "text"] })}
${
  image?.folders !== undefined &&
  image.folders.length > 0 &&
  folded(
    "Largest folders of the image",
    table(
      ["Folder", "Size"],
      image.folders.map(({ path, bytes }) => [path, byteText(bytes)]),
      { label: "Largest folders of the image", columns: ["", "number"] },
    ),
  )
}
${
  data !== undefined &&
  data.files.length > 0 &&
  folded(
    "Files of the data",
    table(
      ["File", ...(named ? ["Table"] : []), "Rows"],
      data.files.map(({ file, rows, table: name }) => [file, ...(named ? [name ?? ""] : []), grouped(rows)]),
      { label: "Files of the data", columns: named ? ["", "", "number"] : ["", "number"] },
    ),
  )
}
${
  report.dataFiles !== undefined &&
  report.dataFiles.length > 0 &&
  folded(
    "What the data folder holds",
    table(
      ["Ending", "Files", "Size"],
      report.dataFiles.map(({ suffix, files, bytes }) => [suffix || "none", grouped(files), byteText(bytes)]),
      { label: "What the data folder holds", columns: ["", "number", "number"] },
    ),
  )
}
${tools.length > 0 && folded("Versions of the tools", table(["Tool", "Version"], tools, { label: "Versions of the tools" }))}
${policy !== undefined && folded("Policy", html`<pre tabindex="0">${JSON.stringify(policy.floors, null, 2)}</pre>`)}
${config !== undefined && folded("Configuration, with all defaults", html`<pre tabindex="0">${JSON.stringify(config, null, 2)}</pre>`)}`;
}

const folded = (title: string, content: Html): Html => html`<details><summary>${title}</summary>${content}</details>`;

/** The tests by layer. */
export const testsTable = (tests: Report["tests"]): Html =>
  table(
    ["Layer", "Tests", "Failed", "Skipped", "Lines covered"],
    tests.map(({ layer, tests, failed, skipped, lineCoverage }) => [
      layer,
      grouped(tests),
      grouped(failed),
      grouped(skipped),
      lineCoverage === undefined ? "" : percent(lineCoverage),
    ]),
    {
      label: "Tests by layer",
      columns: ["", "number", "number", "number", "number"],
      rowClass: (index) => ((tests[index]?.failed ?? 0) > 0 ? "row-failed" : ""),
    },
  );
