/* What commands that were killed have left behind. */
#ifndef WL_CLI_STALE_H
#define WL_CLI_STALE_H

/* Removes files and ledgers in a folder whose name is `head`, the number of a process that is no more, and
 * perhaps '-' or '.' with something behind it. What cannot be removed stays. */
void cli_remove_stale(const char *dir, const char *head);

/* Removes a ledger's files and its folder, and nothing else. */
void cli_remove_ledger(const char *dir);

#endif
