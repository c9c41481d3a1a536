import { isTabular } from "../plan.ts";
import { answers } from "./evaluate.ts";
import { constants, featuresFunction, importLines, loadModel, ofForm } from "./parts.ts";
import type { StubFacts } from "./stubs.ts";

/**
 * A server of the standard library, so that the project needs no more than it has.
 *
 * @param beside whether the program that evaluates is a stub as well, which has what both need
 */
export function serveStub(facts: StubFacts, beside: boolean): string {
  const { form, folder, plan } = facts;
  const { standard, installed, own } = ofForm(form.imports);
  const isTable = isTabular(plan);
  const shared = `from ${folder}.evaluate import answers, features, load_model`;
  const imports = importLines(
    [
      ...[
        "import json",
        "import os",
        "import logging",
        "from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer",
      ],
      ...["from pathlib import Path", "from typing import Any"],
      ...(beside ? [] : standard),
    ],
    [...(isTable ? ["import pandas as pd"] : []), ...(beside ? [] : installed)],
    beside ? [shared] : own,
  );
  const functions = beside
    ? ""
    : `${isTable ? `${constants(plan)}\n` : ""}\n\n${loadModel(facts)}\n\n\n${featuresFunction(plan)}\n\n\n${answers(facts)}\n\n\n`;
  return `"""Serves the model: GET /health, and POST /predict with {"instances": [...]}, ${isTable ? "a table's row each" : "what stands for a sample each"}.

Written by \`ml-pipeline init\`, and yours. It is answered by {"predictions": [...]}.
"""

${imports}

log = logging.getLogger(__name__)
${functions === "" ? "\n\n" : functions}class Handler(BaseHTTPRequestHandler):
    model: Any = None

    def do_GET(self) -> None:
        self.reply(200 if self.path == "/health" else 404, {})

    def do_POST(self) -> None:
        if self.path != "/predict":
            self.reply(404, {"error": "POST /predict"})
            return
        try:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            instances = ${isTable ? 'pd.DataFrame(body["instances"])' : 'list(body["instances"])'}
        except (KeyError, TypeError, ValueError) as error:
            self.reply(400, {"error": f"not a request: {error!r}"})
            return
        try:
            predictions = ${predictions(isTable)}
        except Exception as error:
            # Whoever asks is told what was wrong, and the log says where.
            log.exception("the model did not answer")
            self.reply(500, {"error": f"{type(error).__name__}: {error}"})
            return
        self.reply(200, {"predictions": predictions})

    def reply(self, status: int, content: dict[str, Any]) -> None:
        data = json.dumps(content${isTable ? "" : ", default=lambda value: value.item()"}).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def main() -> None:
    Handler.model = load_model(Path(os.environ.get("MODEL_DIR", ${JSON.stringify(modelPlace(facts))})))
    port = int(os.environ.get("PORT", "8080"))
    ThreadingHTTPServer(("", port), Handler).serve_forever()


if __name__ == "__main__":
    main()
`;
}

/** The answers as Python's own values; where pandas makes none of them, JSON is told how. */
const predictions = (isTable: boolean): string => {
  const asked = "answers(self.model, features(instances))";
  return isTable ? `pd.Series(${asked}).tolist()` : `list(${asked})`;
};

/** Where the image has the model: where training writes it, or in \`models\`. */
function modelPlace({ plan }: StubFacts): string {
  const saved = plan.saved?.path ?? "";
  const folder = saved.includes("/") ? saved.slice(0, saved.lastIndexOf("/")) : "";
  return plan.train?.line.told.has("model") || folder === "" ? "models" : folder;
}
