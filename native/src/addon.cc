// The executor as a module of plain C Node-API: it runs in every later version of Node without being built again.
#include <node_api.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <string>
#include <system_error>

#include "executor.h"
#include "plan_cache.h"
#include "pool.h"
#include "processor.h"

namespace {

constexpr size_t kAlignment = 128;

char* allocateAligned(size_t bytes) {
#ifdef _WIN32
  return static_cast<char*>(_aligned_malloc(bytes, kAlignment));
#else
  void* place = nullptr;
  return posix_memalign(&place, kAlignment, bytes) == 0 ? static_cast<char*>(place) : nullptr;
#endif
}

void freeAligned(void* place) {
#ifdef _WIN32
  _aligned_free(place);
#else
  std::free(place);
#endif
}

/** Throws in JavaScript; `code` "MEMORY" says that the machine had no more. */
napi_value fail(napi_env env, const char* code, const std::string& message) {
  napi_throw_error(env, code, message.c_str());
  return nullptr;
}

/** One workspace a worker, kept between jobs; grown when a job needs more. */
class Workspaces {
 public:
  ~Workspaces() { release(); }

  bool reserve(size_t bytes, int workers) {
    const size_t each = (bytes + kAlignment - 1) / kAlignment * kAlignment;
    if (each > each_) {
      release();
      start_ = allocateAligned(each * static_cast<size_t>(workers));
      if (start_ == nullptr) return false;
      each_ = each;
    }
    return true;
  }

  char* of(int worker) const { return start_ + each_ * static_cast<size_t>(worker); }

 private:
  void release() {
    freeAligned(start_);
    start_ = nullptr;
    each_ = 0;
  }

  char* start_ = nullptr;
  size_t each_ = 0;
};

struct Engine {
  Engine(const Kernels& chosen, int threads) : kernels(chosen), pool(threads) {}

  const Kernels& kernels;
  Workspaces workspaces;
  PlanCache plans;
  Pool pool;
  bool running = false;
  napi_threadsafe_function finished = nullptr;
};

/** What JavaScript holds: empty once the engine is closed. */
struct Handle {
  std::unique_ptr<Engine> engine;
};

/** A run under way. */
struct Run {
  Engine* engine;
  Job job;
  napi_deferred deferred;
  napi_ref memory;
};

/** Called on the JavaScript thread when a run has ended. */
void settle(napi_env env, napi_value, void*, void* data) {
  const std::unique_ptr<Run> run(static_cast<Run*>(data));
  if (env == nullptr) return;
  if (run->engine->running) napi_unref_threadsafe_function(env, run->engine->finished);
  run->engine->running = false;
  napi_delete_reference(env, run->memory);
  napi_value nothing;
  napi_get_undefined(env, &nothing);
  napi_resolve_deferred(env, run->deferred, nothing);
}

Handle* handleOf(napi_env env, napi_value value) {
  void* handle = nullptr;
  napi_valuetype type;
  if (napi_typeof(env, value, &type) != napi_ok || type != napi_external) return nullptr;
  napi_get_value_external(env, value, &handle);
  return static_cast<Handle*>(handle);
}

/** Waits for a run that is under way; its promise is then never settled. */
void closeEngine(void* data) {
  Handle* handle = static_cast<Handle*>(data);
  if (!handle->engine) return;
  napi_threadsafe_function finished = handle->engine->finished;
  handle->engine.reset();
  napi_release_threadsafe_function(finished, napi_tsfn_release);
}

std::string textOf(napi_env env, napi_value value) {
  char text[32] = "";
  size_t length = 0;
  napi_get_value_string_utf8(env, value, text, sizeof text, &length);
  return text;
}

/** sets(): names of the vector instructions that this build has and this processor can run, best first. */
napi_value sets(napi_env env, napi_callback_info) {
  napi_value list;
  napi_create_array(env, &list);
  uint32_t count = 0;
  for (const KernelSet& set : kernelSets()) {
    if (!set.runs) continue;
    napi_value entry, value;
    napi_create_object(env, &entry);
    napi_create_string_utf8(env, set.name, NAPI_AUTO_LENGTH, &value);
    napi_set_named_property(env, entry, "name", value);
    napi_get_boolean(env, set.kernels->fused, &value);
    napi_set_named_property(env, entry, "fused", value);
    napi_create_int32(env, set.kernels->productUnits, &value);
    napi_set_named_property(env, entry, "productUnits", value);
    napi_set_element(env, list, count++, entry);
  }
  return list;
}

/** open(set, threads): an engine. */
napi_value open(napi_env env, napi_callback_info info) {
  size_t count = 2;
  napi_value args[2];
  napi_get_cb_info(env, info, &count, args, nullptr, nullptr);
  int32_t threads = 0;
  if (count < 2 || napi_get_value_int32(env, args[1], &threads) != napi_ok || threads < 1)
    return fail(env, "ARGUMENT", "open: give the name of a set and a number of threads");
  const std::string name = textOf(env, args[0]);
  const Kernels* kernels = nullptr;
  for (const KernelSet& set : kernelSets())
    if (set.runs && name == set.name) kernels = set.kernels;
  if (kernels == nullptr) return fail(env, "ARGUMENT", "open: this processor or build has no set called " + name);
  auto handle = std::make_unique<Handle>();
  try {
    handle->engine = std::make_unique<Engine>(*kernels, threads);
  } catch (const std::system_error&) {
    return fail(env, "MEMORY", "no thread can be started");
  }
  napi_value resource;
  napi_create_string_utf8(env, "noisy-rnn", NAPI_AUTO_LENGTH, &resource);
  if (napi_create_threadsafe_function(env, nullptr, nullptr, resource, 0, 1, nullptr, nullptr, nullptr, settle,
                                      &handle->engine->finished) != napi_ok)
    return fail(env, "ARGUMENT", "open: no threadsafe function");
  // An engine that waits must not keep the program alive.
  napi_unref_threadsafe_function(env, handle->engine->finished);
  napi_value external;
  const auto collect = [](napi_env environment, void* data, void*) {
    const std::unique_ptr<Handle> owned(static_cast<Handle*>(data));
    napi_remove_env_cleanup_hook(environment, closeEngine, data);
    closeEngine(data);
  };
  napi_create_external(env, handle.get(), collect, nullptr, &external);
  // Runs before the function that reports the end of a run is taken down, as hooks run in reverse.
  napi_add_env_cleanup_hook(env, closeEngine, handle.get());
  handle.release();
  return external;
}

/** threads(engine) */
napi_value threads(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value args[1], result;
  napi_get_cb_info(env, info, &count, args, nullptr, nullptr);
  const Handle* handle = count == 1 ? handleOf(env, args[0]) : nullptr;
  if (handle == nullptr || !handle->engine) return fail(env, "ARGUMENT", "threads: not an open engine");
  napi_create_int32(env, handle->engine->pool.threads(), &result);
  return result;
}

/** allocate(bytes): an ArrayBuffer aligned for every kernel. */
napi_value allocate(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value args[1], buffer;
  int64_t bytes = 0;
  napi_get_cb_info(env, info, &count, args, nullptr, nullptr);
  if (count < 1 || napi_get_value_int64(env, args[0], &bytes) != napi_ok || bytes < 1)
    return fail(env, "ARGUMENT", "allocate: give a number of bytes");
  char* place = allocateAligned(static_cast<size_t>(bytes));
  if (place == nullptr) return fail(env, "MEMORY", "out of memory");
  const auto release = [](napi_env, void* data, void*) { freeAligned(data); };
  if (napi_create_external_arraybuffer(env, place, static_cast<size_t>(bytes), release, nullptr, &buffer) != napi_ok) {
    freeAligned(place);
    bool pending = false;
    napi_is_exception_pending(env, &pending);
    return pending ? nullptr : fail(env, "MEMORY", "this runtime cannot share memory with the native engine");
  }
  return buffer;
}

/** @throws std::bad_alloc */
bool readJob(PlanCache& plans, const int32_t* words, size_t wordCount, const double* numbers, size_t memoryBytes, Job* job) {
  const auto whole = [&](size_t field) { return static_cast<int64_t>(numbers[field]); };
  const auto position = [&](size_t field) { return static_cast<size_t>(whole(field)); };
  const size_t phases = position(JobWords::phasesAt), descriptors = position(JobWords::descriptorsAt);
  const size_t descriptorCount = position(JobWords::descriptorCount);
  job->steps = whole(JobWords::steps);
  job->rows = whole(JobWords::rows);
  job->tileRows = whole(JobWords::tileRows);
  job->tiles = whole(JobWords::tiles);
  job->groups = whole(JobWords::groups);
  job->shared = whole(JobWords::sharedAt);
  job->samples = whole(JobWords::samplesAt);
  job->accumulators = whole(JobWords::accumulatorsAt);
  job->accumulatorBytes = whole(JobWords::accumulatorBytes);
  job->tileRegion = whole(JobWords::tilesAt);
  job->tileBytes = whole(JobWords::tileBytes);
  job->key[0] = static_cast<uint32_t>(whole(JobWords::key0));
  job->key[1] = static_cast<uint32_t>(whole(JobWords::key1));
  job->firstStep = static_cast<uint32_t>(whole(JobWords::firstStep));
  job->antithetic = whole(JobWords::sign) < 0;
  job->segmentSteps = whole(JobWords::segmentSteps);
  job->segmentCarries = whole(JobWords::segmentCarries);
  job->segmentBytes = whole(JobWords::segmentBytes);
  job->segmentKept = whole(JobWords::segmentKept);
  job->workBytes = whole(JobWords::workspaceBytes);
  const auto fits = [&](int64_t start, int64_t bytes) {
    return start >= 0 && bytes >= 0 && static_cast<uint64_t>(start + bytes) <= memoryBytes;
  };
  const int panels = static_cast<int>(job->tileRows / kPanelRows);
  job->plan = plans.planOf(words, wordCount, {phases, descriptors, descriptorCount, panels});
  return job->plan != nullptr && job->rows > 0 && job->tiles * job->tileRows >= job->rows && job->groups > 0 && fits(job->shared, 0) &&
         fits(job->samples, job->tiles * job->tileRows * 4) &&
         fits(job->accumulators, job->groups * job->accumulatorBytes) &&
         fits(job->tileRegion, job->tiles * job->tileBytes) && job->workBytes >= static_cast<int64_t>(descriptorCount * sizeof(char*));
}

/** Seconds: a run that will be shorter is not worth handing over; the calling thread takes part in it instead. */
constexpr double kShort = 0.002;

/** run(engine, words, job, memory): resolves when all is computed. */
napi_value run(napi_env env, napi_callback_info info) {
  size_t count = 4;
  napi_value args[4];
  napi_get_cb_info(env, info, &count, args, nullptr, nullptr);
  Handle* handle = count == 4 ? handleOf(env, args[0]) : nullptr;
  if (handle == nullptr || !handle->engine) return fail(env, "ARGUMENT", "run: not an open engine");
  Engine& engine = *handle->engine;
  if (engine.running) return fail(env, "ARGUMENT", "run: a run is under way");

  napi_typedarray_type wordsType, numbersType;
  size_t wordCount = 0, numberCount = 0, memoryBytes = 0;
  void *words = nullptr, *numbers = nullptr, *memory = nullptr;
  if (napi_get_typedarray_info(env, args[1], &wordsType, &wordCount, &words, nullptr, nullptr) != napi_ok ||
      wordsType != napi_int32_array ||
      napi_get_typedarray_info(env, args[2], &numbersType, &numberCount, &numbers, nullptr, nullptr) != napi_ok ||
      numbersType != napi_float64_array || numberCount != JobWords::count ||
      napi_get_arraybuffer_info(env, args[3], &memory, &memoryBytes) != napi_ok)
    return fail(env, "ARGUMENT", "run: give the engine, words, numbers and memory");

  std::unique_ptr<Run> started;
  try {
    started = std::make_unique<Run>();
    started->job.memory = static_cast<char*>(memory);
    if (!readJob(engine.plans, static_cast<const int32_t*>(words), wordCount, static_cast<const double*>(numbers),
                 memoryBytes, &started->job))
      return fail(env, "ARGUMENT", "run: a malformed tape, or a job that does not fit its memory");
  } catch (const std::bad_alloc&) {
    return fail(env, "MEMORY", "out of memory");
  }
  const Job& job = started->job;
  const size_t workspace = static_cast<size_t>(job.workBytes + transposedBytesOf(job));
  if (!engine.workspaces.reserve(workspace, engine.pool.threads())) return fail(env, "MEMORY", "out of memory");

  started->engine = &engine;
  napi_create_reference(env, args[3], 1, &started->memory);
  napi_value promise;
  napi_create_promise(env, &started->deferred, &promise);
  Run* raw = started.get();
  const auto begun = std::chrono::steady_clock::now();
  const double size = static_cast<double>(job.rows) * static_cast<double>(std::max<int64_t>(job.steps, 1));
  const auto work = [raw](int worker) { runGroups(raw->job, raw->engine->kernels, raw->engine->workspaces.of(worker)); };
  const auto timed = [raw, begun, size] {
    raw->job.plan->seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count() / size;
  };
  if (job.plan->seconds * size < kShort) {
    engine.pool.runHere(work);
    timed();
    settle(env, nullptr, nullptr, started.release());
    return promise;
  }
  engine.running = true;
  napi_ref_threadsafe_function(env, engine.finished);
  started.release();
  engine.pool.start(work, [raw, timed] {
    timed();
    napi_call_threadsafe_function(raw->engine->finished, raw, napi_tsfn_blocking);
  });
  return promise;
}

/** close(engine): ends its threads and frees its memory. */
napi_value close(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value args[1];
  napi_get_cb_info(env, info, &count, args, nullptr, nullptr);
  Handle* handle = count == 1 ? handleOf(env, args[0]) : nullptr;
  if (handle == nullptr) return fail(env, "ARGUMENT", "close: not an engine");
  if (handle->engine && handle->engine->running) return fail(env, "ARGUMENT", "close: a run is under way");
  closeEngine(handle);
  return nullptr;
}

}  // namespace

NAPI_MODULE_INIT() {
  napi_value version;
  napi_create_int32(env, kTapeVersion, &version);
  napi_set_named_property(env, exports, "tapeVersion", version);
  const napi_property_descriptor functions[] = {
      {"sets", nullptr, sets, nullptr, nullptr, nullptr, napi_enumerable, nullptr},
      {"open", nullptr, open, nullptr, nullptr, nullptr, napi_enumerable, nullptr},
      {"threads", nullptr, threads, nullptr, nullptr, nullptr, napi_enumerable, nullptr},
      {"allocate", nullptr, allocate, nullptr, nullptr, nullptr, napi_enumerable, nullptr},
      {"run", nullptr, run, nullptr, nullptr, nullptr, napi_enumerable, nullptr},
      {"close", nullptr, close, nullptr, nullptr, nullptr, napi_enumerable, nullptr},
  };
  napi_define_properties(env, exports, sizeof functions / sizeof *functions, functions);
  return exports;
}
