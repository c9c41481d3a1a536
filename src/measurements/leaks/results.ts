/** What single columns say of the label, to find one that leaks it; part of `report.json`. */
export interface ColumnPowers {
  /** The area under the ROC curve, of several classes its mean; of numbers the share of the variance that is explained. */
  readonly measure: "roc_auc" | "r2";
  /** Where the columns are: in the tables of the data, or beside the predictions where nothing says which column of the data is the label. */
  readonly of: "data" | "predictions";
  /** The rows that they were measured on, and how many columns there are. */
  readonly rows: number;
  readonly columns: number;
  /** From this power on a column alone predicts the label. */
  readonly limit: number;
  readonly leaking: readonly ColumnPower[];
  /** The strongest of the other columns. */
  readonly next?: ColumnPower;
}

export interface ColumnPower {
  readonly name: string;
  readonly power: number;
}

export type Leaks = ColumnPowers | { readonly unmeasured: string };
