// In the app the address of the next page comes before the page: what this one still wants to write there is not for it.

/** Asks from now on whether the address is still this page's. @returns {() => boolean} */
export function staying() {
  const { pathname } = location;
  return () => location.pathname === pathname;
}
