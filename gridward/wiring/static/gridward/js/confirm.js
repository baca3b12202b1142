// Owns the second question: opens the <dialog> that a [data-confirm="id"] names, as a modal one. Without this file
// the button opens it as a popover, or the link leads to a page with the same words: nothing depends on it.

function open(link) {
  const dialog = document.getElementById(link.dataset.confirm);
  if (!dialog?.showModal) return false;
  dialog.showModal();
  return true;
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-confirm]");
  if (link && !event.ctrlKey && !event.metaKey && open(link)) event.preventDefault();
  const closing = event.target.closest?.("[data-confirm-close]");
  if (closing?.closest("dialog").open) {
    closing.closest("dialog").close();
    event.preventDefault();
  }
  if (event.target.matches?.("dialog.gw-dialog")) event.target.close(); // a click beside the sheet
});
