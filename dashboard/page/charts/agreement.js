// How often a judge agrees with a person, agreement by chance and Cohen's κ, over the share of good answers.

/** @param {{share, hits, passes}} settings shares: good answers, those of them and of the bad ones that the judge sees as such */
export function agreement(_, { share, hits, passes }) {
  const at = (now) => {
    const agree = now * hits + (1 - now) * passes, said = now * hits + (1 - now) * (1 - passes);
    const chance = now * said + (1 - now) * (1 - said);
    return { now, agree, chance, kappa: (agree - chance) / (1 - chance) };
  };
  return { rows: [at(share)], curve: Array.from({ length: 99 }, (_, i) => at((i + 1) / 100)) };
}
