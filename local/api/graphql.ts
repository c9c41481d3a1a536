import { GraphQLError } from "graphql/error/GraphQLError.js";
import { execute } from "graphql/execution/execute.js";
import { parse } from "graphql/language/parser.js";
import { validate } from "graphql/validation/validate.js";
import { ExecFailure, messageOf } from "../base/errors.ts";
import type { Session } from "../engine/session.ts";
import { fullCache } from "../store/room.ts";
import type { Request } from "./http.ts";
import { Nodes } from "./nodes.ts";
import { rulesFor } from "./rules.ts";
import { buildSchema } from "./schema.ts";

/** Answers GraphQL requests on `session`. The answer holds the errors, scrubbed of secrets. */
export function answerer(session: Session): (request: Request) => Promise<unknown> {
  const nodes = new Nodes();
  const schema = buildSchema(session, nodes);
  return async ({ query, variables, operationName, span }) => {
    try {
      const document = parse(query);
      const mistakes = validate(schema, document, rulesFor(document));
      if (mistakes.length > 0) return { errors: mistakes.map((mistake) => present(session, mistake)) };
      const result = await session.activities.under(span, () =>
        execute({ schema, document, variableValues: variables, operationName, rootValue: nodes.root }),
      );
      return result.errors === undefined
        ? result
        : { ...result, errors: result.errors.map((error) => present(session, error)) };
    } catch (error) {
      return { errors: [present(session, error)] };
    }
  };
}

/**
 * Presents an error as the client expects it. For a failed command that includes everything that its `ExecError` holds.
 */
function present(session: Session, error: unknown): Record<string, unknown> {
  const cause = error instanceof GraphQLError ? (error.originalError ?? error) : error;
  const message = session.secrets.scrub(messageOf(cause)) + fullDisk(session, cause);
  const path = error instanceof GraphQLError && error.path !== undefined ? { path: error.path } : {};
  if (!(cause instanceof ExecFailure)) return { message, ...path };
  const { cmd, exitCode, stdout, stderr } = cause.details;
  return {
    message,
    ...path,
    extensions: { _type: "EXEC_ERROR", cmd, exitCode, stdout: stdout.trim(), stderr: stderr.trim() },
  };
}

/** Explains a full disk. It causes many errors, and none of them says what to do. */
function fullDisk(session: Session, cause: unknown): string {
  const output = cause instanceof ExecFailure ? cause.details.stderr + cause.details.stdout : "";
  const text = messageOf(cause) + output;
  if (!/No space left on device|ENOSPC|Cannot write: |wrote only \d+ of/i.test(text)) return "";
  return ` — ${fullCache(session.store.path)}`;
}
