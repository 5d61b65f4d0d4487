-- The same two columns as the unique constraint beside it: every change of a message's state wrote both.
DROP INDEX "send_jobs_newest";
