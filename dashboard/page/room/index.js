// The instructor's side of a room, as one script: `Amostra.room`.

export { ask, askAll, vote, voting } from "./panel.js";
export { classDraw, csv, distance, rowsOf, shares } from "./results.js";
export { fromForm, nextToken } from "./question.js";
export { Series } from "./series.js";
