// Google's libphonenumber over the list of bench/phones.py: parse, validate, E.164 and type.
// Usage: phones_peer FILE SECONDS; prints one line of JSON.
#include <phonenumbers/phonenumber.pb.h>
#include <phonenumbers/phonenumberutil.h>

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

static double OnProcessor() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

static size_t Round(const PhoneNumberUtil& util,
                    const std::vector<std::pair<std::string, std::string>>& list) {
  size_t valid = 0;
  std::string e164;
  for (const auto& [text, region] : list) {
    PhoneNumber number;
    if (util.Parse(text, region, &number) != PhoneNumberUtil::NO_PARSING_ERROR) continue;
    valid += util.IsValidNumber(number);
    util.Format(number, PhoneNumberUtil::E164, &e164);
    volatile int type = util.GetNumberType(number);
    (void)type;
  }
  return valid;
}

int main(int count, char** arguments) {
  if (count != 3) return 2;
  std::vector<std::pair<std::string, std::string>> list;
  std::ifstream file(arguments[1]);
  for (std::string line; std::getline(file, line);) {
    const size_t tab = line.find('\t');
    list.emplace_back(line.substr(0, tab), line.substr(tab + 1));
  }
  const PhoneNumberUtil& util = *PhoneNumberUtil::GetInstance();
  const size_t valid = Round(util, list);  // compiles the patterns
  const double begun = OnProcessor();
  const double most = std::atof(arguments[2]);
  size_t done = 0;
  double took = 0;
  while (took < most) {
    Round(util, list);
    done += list.size();
    took = OnProcessor() - begun;
  }
  std::printf("{\"per_s\": %.0f, \"valid\": %zu}\n", done / took, valid);
}
