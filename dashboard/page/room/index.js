// The instructor's side of a room, as one script: `Amostra.room`.

export { ask, vote, voting } from "./panel.js";
export { classDraw, csv, distance, rowsOf } from "./results.js";
export { fromForm, nextToken } from "./question.js";
