/* The address of a tracking server, as a person copies it. */

export const URL_FORM =
  "expected the address of an MLflow server, http:// or https:// and its host, without user, password or parameters";

/** The address of a server without what its pages add; undefined for what is none. */
export function trackingUrl(text: string): string | undefined {
  if (!/^https?:\/\/[^\s]+$/i.test(text) || !URL.canParse(text)) return undefined;
  const { origin, pathname, username, password, search } = new URL(text);
  // What follows # is a place in its pages.
  return username === "" && password === "" && search === "" ? `${origin}${pathname.replace(/\/+$/, "")}` : undefined;
}

/** Why a text is no address. Where it may hold a secret, it is not shown. */
export const refusedUrl = (text: string): string =>
  /[@?]/.test(text)
    ? `${URL_FORM}. It is not shown, since it may hold a secret: that is given with --tracking-token.`
    : `${text}: ${URL_FORM}.`;

/** The page of a run. */
export const runPage = (url: string, experiment: string, run: string): string =>
  `${url}/#/experiments/${experiment}/runs/${run}`;
