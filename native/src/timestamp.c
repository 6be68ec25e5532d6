#include "timestamp.h"

/* Writes `value` right-aligned into `digits` characters. */
static void put_number(char *text, int digits, uint64_t value) {
  while (digits-- > 0) {
    text[digits] = (char)('0' + value % 10);
    value /= 10;
  }
}

/* Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days: eras of 400 years that start on 1 March. */
static void put_date(char *text, uint64_t days) {
  uint64_t shifted = days + 719468;
  uint64_t era = shifted / 146097;
  uint64_t day_of_era = shifted % 146097;
  uint64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  uint64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  uint64_t shifted_month = (5 * day_of_year + 2) / 153;
  uint64_t month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
  put_number(text, 4, year_of_era + era * 400 + (month <= 2));
  put_number(text + 5, 2, month);
  put_number(text + 8, 2, day_of_year - (153 * shifted_month + 2) / 5 + 1);
}

void timestamp_format(uint64_t time, char text[TIMESTAMP_BYTES]) {
  uint64_t seconds = time / 1000000000;
  put_date(text, seconds / 86400);
  text[4] = text[7] = '-';
  text[10] = 'T';
  put_number(text + 11, 2, seconds % 86400 / 3600);
  put_number(text + 14, 2, seconds % 3600 / 60);
  put_number(text + 17, 2, seconds % 60);
  text[13] = text[16] = ':';
  text[19] = '.';
  put_number(text + 20, 9, time % 1000000000);
  text[29] = 'Z';
}
