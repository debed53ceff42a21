// The reader's way: what of a lesson was read, where he stopped, what is missing; the same marks in menus and on the home.
import { around, element, whileThere, wording } from "./dom.js";
import { CHANGED, complete, left, missing, ofLesson, progress } from "./progress.js";
import { queue } from "./spacing.js";
import { duration, listed, number, say } from "./words.js";

const STAY = 1000;  // ms that a place has to be in view
const SECTIONS = ":is(h2, h3)[id]:not(#sources, .am-figure *, .am-fold *)";
const ASIDE = "script, template, annotation, .katex-html, .am-figure, .am-answers, .am-around, .am-sources";  // not to be read, or said twice

/**
 * Follow the reader through a lesson.
 *
 * A section is read when its end was in view for a second, in the lower three quarters of the window: who jumps to the next
 * heading has it at the top. The reader is at the last heading above the middle,
 * once he has stayed there for a second; going up to the title, where the menus are, he is still where he was.
 * @param {Element} root
 * @param {string} slug
 */
export function path(root, slug) {
  const page = root.querySelector(".am-page"), sections = [...page.querySelectorAll(SECTIONS)];
  if (!sections.length) return;
  resume(page, slug);
  const ends = [...sections.slice(1), page.querySelector("#sources, .am-around")];
  readAtEnds(sections.map(({ id }) => id), ends, (id) => {
    if (!ofLesson(slug).read.includes(id)) ofLesson(slug, (lesson) => { lesson.read.push(id); });
  });
  whereabouts(page, sections, (last) => {
    if (ofLesson(slug).last !== last) ofLesson(slug, (lesson) => { Object.assign(lesson, { last, seen: Date.now() }); });
  });
  const show = () => ofThisLesson(page, slug);
  show();
  whileThere(page, CHANGED, show);
  const measure = () => {
    if ("stage" in document.documentElement.dataset) return void setTimeout(() => page.isConnected && measure(), STAY);  // which holds part of the lesson
    const facts = { sections: lengths(page), exercises: [...page.querySelectorAll("form.am-exercise:not([data-exercise=bet])")].map(({ id }) => id) };
    const { sections, exercises } = ofLesson(slug);
    if (JSON.stringify({ sections, exercises }) !== JSON.stringify(facts)) ofLesson(slug, (lesson) => Object.assign(lesson, facts));
  };
  (window.requestIdleCallback ?? setTimeout)(measure);
}

/** The length of each section, in characters. */
function lengths(page) {
  const found = {}, walker = document.createTreeWalker(page, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT,
    (node) => node.nodeType === Node.ELEMENT_NODE && node.matches(ASIDE) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT);
  let id;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node.nodeType === Node.TEXT_NODE) found[id] += node.data.trim().length;
    else if (node.matches(SECTIONS)) found[id = node.id] = 0;
  }
  delete found.undefined;  // what stands before the first
  return found;
}

function readAtEnds(ids, ends, read) {
  const timers = new Map();
  const observer = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      clearTimeout(timers.get(target));
      if (isIntersecting) timers.set(target, setTimeout(() => target.isConnected && read(ids[ends.indexOf(target)]), STAY));
    }
  }, { rootMargin: "-25% 0px 0px 0px" });
  ends.filter(Boolean).forEach((end) => observer.observe(end));
}

function whereabouts(page, sections, at) {
  let timer;
  whileThere(page, "scroll", () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      const set = sections.filter((one) => one.checkVisibility?.({ contentVisibilityAuto: true }) ?? true);  // to measure another would set it
      const above = set.filter((one) => one.getBoundingClientRect().top < innerHeight / 2).at(-1);
      if (above && page.isConnected) at(above.id);
    }, STAY);
  }, { capture: true, passive: true });
}

/** A lesson read before leads to where the reader was. */
function resume(page, slug) {
  const one = ofLesson(slug), heading = one.last && page.querySelector(`[id="${CSS.escape(one.last)}"]`), line = page.querySelector("[data-continue]");
  if (!line || !heading || complete(one)) return;
  line.replaceChildren(...around(say("path.continue", { place: "{place}" }), "place", element("a", { href: `#${one.last}` }, ...wording(heading))));
  line.hidden = false;
}

/** Minutes left, sections read, and what the tick still waits for. */
function ofThisLesson(page, slug) {
  const one = ofLesson(slug), facts = page.querySelector("[data-minutes]"), minutes = minutesLeft(one, facts);
  facts.textContent = minutes && minutes < Number(facts.dataset.minutes)
    ? say("path.of", { left: duration(minutes), all: duration(Number(facts.dataset.minutes)) }) : duration(Number(facts.dataset.minutes));
  for (const link of document.querySelectorAll(".am-contents a, .toc-tree a")) tick(link, one.read.includes(link.hash.slice(1)), say("path.read"));
  const end = page.querySelector("[data-end]"), wanted = missing(one);
  if (!end) return;
  const links = one.exercises.flatMap((id, i) => wanted.includes(id) ? [element("a", { href: `#${id}` }, number(i + 1))] : []);
  end.replaceChildren(...(complete(one) ? [say("path.complete")] : links.length ? around(say("path.missing", { count: links.length, exercises: "{exercises}" }), "exercises", ...listed(links)) : []));
}

const toRead = (one) => complete(one) ? 0 : left(one);  // what was left out of a lesson that is done is not asked for
const minutesLeft = (one, facts) => Math.ceil(Number(facts.dataset.minutes) * toRead(one));

/** A tick after a link, in a menu or on a card. */
function tick(link, done, words) {
  const there = link.querySelector(".am-tick");
  if (done && !there) link.append(element("span", { class: "am-tick", role: "img", "aria-label": words }, "✓"));
  if (!done) there?.remove();
}

/** Ticks in the menus, what waits in the review, progress on the home. Asks nothing of a page that has none of them. */
export function marks() {
  const { lessons } = progress(), links = [...document.querySelectorAll("a[data-lesson]")];
  const { waiting } = queue(lessons, new Set(links.map((link) => link.dataset.lesson)), Date.now());
  for (const link of links) tick(link, complete(lessons[link.dataset.lesson]), say("path.done"));
  for (const link of document.querySelectorAll("a[data-review-link]")) {
    link.querySelector(".am-waiting")?.remove();
    if (waiting.length) link.append(element("span", { class: "am-waiting", "aria-label": say("path.waiting", { count: waiting.length }), role: "img" }, String(waiting.length)));
  }
  const course = document.querySelector("[data-course]");
  if (course) home(course, lessons, [...document.querySelectorAll("[data-card]")]);
}

function home(course, lessons, cards) {
  let minutes = 0, done = 0, begun = null, next = null;
  for (const card of cards) {
    const one = lessons[card.dataset.card] ?? ofLesson(card.dataset.card), facts = card.querySelector("[data-minutes]"), rest = minutesLeft(one, facts);
    const started = Boolean(one.seen || one.read.length || Object.keys(one.done).length);
    onCard(card, one, facts, started);
    minutes += rest;
    if (complete(one)) done += 1;
    else if (one.seen && one.seen > (begun?.seen ?? 0)) begun = { ...one, card, rest };
    else if (!started) next ??= { card, rest };
  }
  course.hidden = !done && !begun;
  if (course.hidden) return;
  const to = begun ?? next, said = say("path.course", { done, all: cards.length, left: duration(minutes) });
  course.querySelector("span").replaceChildren(...(to ? onwards(to, begun) : []), said, " ");
}

/** The way on: to the lesson last read, else to the first not begun. */
function onwards(to, begun) {
  const link = to.card.querySelector("a").cloneNode(true);
  link.querySelector(".am-tick")?.remove();
  if (begun?.last) link.hash = begun.last;
  const way = around(say(begun ? "path.continue" : "path.next", { place: "{place}" }), "place", link);
  return [element("strong", {}, ...way), ` (${say("path.left", { left: duration(to.rest) })})`, element("br")];
}

function onCard(card, one, facts, started) {
  const minutes = Number(facts.dataset.minutes), rest = minutesLeft(one, facts), right = one.exercises.length - missing(one).length;
  card.querySelector("progress")?.remove();
  tick(card.querySelector("a"), complete(one), say("path.done"));
  facts.textContent = !started ? duration(minutes)
    : [...(rest ? [say("path.left", { left: duration(rest) })] : []), ...(one.exercises.length ? [say("path.right", { right, all: one.exercises.length })] : [])].join(" · ");
  if (started) facts.before(element("progress", { value: String(1 - toRead(one)), max: "1", "aria-hidden": "true" }));
}
