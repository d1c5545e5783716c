// What was typed before the session ended goes on by itself once its author has signed in.

document.querySelector("form[data-send-on]")?.requestSubmit();
