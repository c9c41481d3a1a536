/** A value of a record; undefined also for a name that every JavaScript object answers to. */
export const lookup = <T>(record: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(record, name) ? record[name] : undefined;
