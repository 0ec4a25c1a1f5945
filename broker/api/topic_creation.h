#pragma once

#include <string>

#include "broker/api/services.h"
#include "common/protocol/messages/19_create_topics.h"

namespace leat::api {

// Makes a topic with the broker's defaults on a worker; the caller does not wait. Internal topics
// get their own partition count.
void create_behind_the_answer(Services& services, const std::string& name);

// One topic of a CreateTopics request: checks everything, creates it unless `validate_only`, fills
// the answer. On a worker.
CreateTopicsResponse::Topic create_topic(Services& services, const CreateTopicsRequest::Topic& wanted,
                                         bool validate_only);

}  // namespace leat::api
