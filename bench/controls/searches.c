/*
 * The limit of LDAP: libldap's own searches for one person after another, on one connection that is bound once.
 *
 *   searches URI DN PASSWORD BASE PEOPLE COUNT UNDER_WAY
 *
 * Asks COUNT times for (uid=uN) with memberOf and the attributes that tell an account's state, N in turn below PEOPLE,
 * UNDER_WAY of them at once, reads every value, and prints the median microseconds of a search and the searches a second.
 */
#include <ldap.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double now(void) {
  struct timespec at;
  clock_gettime(CLOCK_MONOTONIC, &at);
  return at.tv_sec * 1e6 + at.tv_nsec / 1e3;
}

static void check(int code, const char *what) {
  if (code == LDAP_SUCCESS) return;
  fprintf(stderr, "%s: %s\n", what, ldap_err2string(code));
  exit(1);
}

static int ascending(const void *one, const void *other) {
  const double a = *(const double *)one, b = *(const double *)other;
  return (a > b) - (a < b);
}

/* Every value of memberOf, as whoever asked would read them. */
static void read_entry(LDAP *ldap, LDAPMessage *answer) {
  LDAPMessage *entry = ldap_first_entry(ldap, answer);
  if (entry == NULL) {
    fprintf(stderr, "a person is not there\n");
    exit(1);
  }
  ldap_memfree(ldap_get_dn(ldap, entry));
  ldap_value_free_len(ldap_get_values_len(ldap, entry, "memberOf"));
}

int main(int argc, char **argv) {
  if (argc != 8) return 2;
  const char *base = argv[4];
  const int people = atoi(argv[5]), count = atoi(argv[6]), under_way = atoi(argv[7]);
  char *attributes[] = {"uid", "memberOf", "pwdAccountLockedTime", "shadowExpire", NULL};
  struct berval password;
  LDAP *ldap;
  int version = LDAP_VERSION3;
  ber_str2bv(argv[3], 0, 0, &password);
  check(ldap_initialize(&ldap, argv[1]), "initialize");
  check(ldap_set_option(ldap, LDAP_OPT_PROTOCOL_VERSION, &version), "version");
  check(ldap_sasl_bind_s(ldap, argv[2], LDAP_SASL_SIMPLE, &password, NULL, NULL, NULL), "bind");

  double *started = calloc(count + 64, sizeof *started), *taken = calloc(count, sizeof *taken);
  const double begun = now();
  int first = -1;
  for (int sent = 0, done = 0; done < count;) {
    while (sent < count && sent - done < under_way) {
      char filter[64];
      int id;
      snprintf(filter, sizeof filter, "(uid=u%d)", (sent * 13) % people);
      const double at = now();
      check(ldap_search_ext(ldap, base, LDAP_SCOPE_SUBTREE, filter, attributes, 0, NULL, NULL, NULL, 0, &id), "search");
      /* Message numbers are given in their order. */
      if (first < 0) first = id;
      started[id - first] = at;
      sent++;
    }
    LDAPMessage *answer;
    if (ldap_result(ldap, LDAP_RES_ANY, LDAP_MSG_ALL, NULL, &answer) <= 0) check(LDAP_SERVER_DOWN, "result");
    read_entry(ldap, answer);
    taken[done++] = now() - started[ldap_msgid(answer) - first];
    ldap_msgfree(answer);
  }
  const double seconds = (now() - begun) / 1e6;
  qsort(taken, count, sizeof *taken, ascending);
  printf("%f %f\n", taken[count / 2], count / seconds);
  ldap_unbind_ext_s(ldap, NULL, NULL);
  return 0;
}
