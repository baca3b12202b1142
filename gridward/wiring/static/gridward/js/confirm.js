// Owns the second question: opens the <dialog> that a [data-confirm="id"] link names. Without it the link leads to
// a page with the same words, so nothing depends on this file.

function open(link) {
  const dialog = document.getElementById(link.dataset.confirm);
  if (!dialog?.showModal) return false;
  dialog.showModal();
  return true;
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-confirm]");
  if (link && !event.ctrlKey && !event.metaKey && open(link)) event.preventDefault();
  if (event.target.closest?.("[data-confirm-close]")) event.target.closest("dialog").close();
  if (event.target.matches?.("dialog.gw-dialog")) event.target.close(); // a click beside the sheet
});
