import { counted } from "../text.ts";
import { serverCommand } from "./commands.ts";
import { dataOf, type Route, type Server } from "./findings.ts";
import type { Plan } from "./plan.ts";
import { answerKey, isOfOneRow, queryRoute, requestForm } from "./request-form.ts";
import type { Setting } from "./setting.ts";

/* How the server of a project is asked: `[tool.ml-pipeline.serve]`. */

const HEALTH = /^\/(health|healthz|healthcheck|health-check|ping|status|ready|readyz|live|livez|heartbeat|alive)\/?$/i;
const REQUESTS = /predict|infer|score|invocation|classif|forecast|generate/i;

/** The port of a server, its paths, and the form of its requests and answers. */
export const serving = ({ serve, tables, input, label, findings }: Plan): Setting[] => {
  const server = serve?.script.server;
  if (serve === undefined || server === null || server === undefined) return [];
  const { path } = serve.script;
  const fixed = server.starts && server.port !== "" && server.port_variable === "" && !serve.line.told.has("port");
  const started = serverCommand(serve) !== undefined;
  const routes = server.routes.filter(({ path: route }) => route !== "");
  const gets = routes.filter(({ method }) => method === "GET");
  const health =
    gets.find(({ path: route }) => HEALTH.test(route)) ?? gets.find(({ path: route }) => route === "/") ?? gets[0];
  const posts = routes.filter(({ method }) => method === "POST");
  const request = posts.find(({ path: route }) => REQUESTS.test(route)) ?? posts[0];
  const columns = new Set(tables.flatMap((table) => table.columns ?? []));
  return [
    ...(fixed && !started
      ? [{ path: ["serve", "port"], value: Number(server.port), why: `${path} listens there` }]
      : []),
    ...(health === undefined || health.path === "/health"
      ? []
      : [{ path: ["serve", "health"], value: health.path, why: `${path} answers there without a request` }]),
    ...(request === undefined ? [] : routeSetting(request, path, columns, input)),
    ...(request === undefined
      ? unknownRoute(server, path)
      : [
          ...(request.form ? formSettings(request, path, columns, dataOf(findings)?.endings ?? {}) : []),
          ...messages(request, path, columns, server.by, input, label.column),
        ]),
  ];
};

/** A request that is a form, with files in it or without. */
function formSettings(
  { body, files }: Route,
  path: string,
  columns: ReadonlySet<string>,
  endings: Readonly<Record<string, number>>,
): Setting[] {
  const [file, ...others] = files;
  const why = `${path} reads ${[...files, ...body].join(", ")} of a form`;
  if (file === undefined) {
    const isOfRow = body.length > 0 && body.every((name) => columns.has(name));
    return [
      isOfRow
        ? { path: ["serve", "request"], value: "form", why }
        : { path: ["serve", "request"], value: "form", why: `${why}: which columns are these?`, open: true },
    ];
  }
  if (others.length > 0 || body.length > 0) {
    return [
      { path: ["serve", "request"], value: "multipart", why: `${why}: record requests with all of it`, open: true },
    ];
  }
  return [
    { path: ["serve", "request"], value: "multipart", why },
    ...(file === "file"
      ? []
      : [{ path: ["serve", "file-field"], value: file, why: `${path} reads the file of that field` }]),
    ...filesToSend(endings),
  ];
}

/** Where requests go, with what is read of their query. */
function routeSetting(route: Route, path: string, columns: ReadonlySet<string>, input?: string): Setting[] {
  const place = ["serve", "route"];
  if (route.query.length > 0) {
    const why = `${path} reads ${route.query.join(", ")} of the query`;
    const value = queryRoute(route, columns, input);
    return [
      value === undefined
        ? { path: place, value: `${route.path}?…`, why: `${why}: which columns are these?`, open: true }
        : { path: place, value, why },
    ];
  }
  return route.path === "/predict" ? [] : [{ path: place, value: route.path, why: `${path} predicts there` }];
}

/** Frameworks whose applications answer only where they say so. */
const ROUTED = ["fastapi", "starlette", "flask", "quart", "sanic", "falcon", "aiohttp", "robyn"];

/** Where requests go that no text of the program says. */
const unknownRoute = ({ by }: Server, path: string): Setting[] =>
  ROUTED.includes(by)
    ? [
        {
          ...{ path: ["serve", "route"], value: "…", open: true },
          why: `nothing in ${path} says where it predicts: which path is asked, and how (serve.request, serve.answer)?`,
        },
      ]
    : [];

/** What is sent as a file, by the name of its ending. */
const SENT = /^\.(png|jpe?g|gif|bmp|tiff?|webp|wav|mp3|flac|ogg|npy|dcm|pdf)$/;

/** The files of the data that a server is asked about: those of the ending that most of them have. */
function filesToSend(endings: Readonly<Record<string, number>>): Setting[] {
  const [most] = Object.entries(endings)
    .filter(([ending]) => SENT.test(ending))
    .sort(([, a], [, b]) => b - a);
  return most === undefined
    ? []
    : [
        {
          path: ["serve", "requests"],
          value: `**/*${most[0]}`,
          why: `the data have ${counted(most[1], "file")} of this kind`,
        },
      ];
}

/** The form of requests and answers. */
function messages(
  route: Route,
  path: string,
  columns: ReadonlySet<string>,
  by: string,
  input?: string,
  label?: string,
): Setting[] {
  const form = route.form ? undefined : requestForm(route, columns, input);
  const fields = route.body.slice(0, 4).join(", ");
  // A service of BentoML answers with what its method returns.
  const answer =
    by === "bentoml"
      ? "."
      : answerKey(route.answer, route.form || route.query.length > 0 || isOfOneRow(form ?? "instances"), label);
  const isOpen = answer === undefined && route.answer.length > 0 && !route.answer.includes("predictions");
  return [
    ...(form === undefined && !route.form && route.body.length > 0
      ? [
          {
            ...{ path: ["serve", "request"], value: "…", open: true as const },
            why: `${path} reads ${fields}: how does a request look?`,
          },
        ]
      : []),
    ...(form === undefined || form === "instances"
      ? []
      : [{ path: ["serve", "request"], value: form, why: `${path} reads ${fields || "any fields"}` }]),
    ...(isOpen
      ? [
          {
            ...{ path: ["serve", "answer"], value: "…", open: true as const },
            why: `${path} answers with ${route.answer.slice(0, 4).join(", ")}: which is the prediction?`,
          },
        ]
      : []),
    ...(answer === undefined ? [] : [{ path: ["serve", "answer"], value: answer, why: `${path} predicts in it` }]),
  ];
}
