"""Every list of words the derivation knows, in one place.

The words are common ones that operators share. No operator's, kind's or field's full name stands here: what a rule
cannot tell from the schema and these words is a question for the person who answers the prompts.
"""

from __future__ import annotations

# ---------------------------------------------------------------------------------------------------------------- pods
POD_SPEC_NAMES = frozenset(
    """activeDeadlineSeconds affinity automountServiceAccountToken containers dnsConfig dnsPolicy enableServiceLinks
    ephemeralContainers hostAliases hostIPC hostNetwork hostPID hostUsers hostname hostnameOverride imagePullSecrets
    initContainers nodeName nodeSelector os overhead preemptionPolicy priority priorityClassName readinessGates
    resourceClaims resources restartPolicy runtimeClassName schedulerName schedulingGates securityContext
    serviceAccount serviceAccountName setHostnameAsFQDN shareProcessNamespace subdomain terminationGracePeriodSeconds
    tolerations topologySpreadConstraints volumes""".split()
)
POD_SPEC_LEAST = 15  # an object with containers[] and fewer of the names is a lookalike that would lose the rest

CONTAINER_NAMES = frozenset(
    """args command env envFrom image imagePullPolicy lifecycle livenessProbe name ports readinessProbe resizePolicy
    resources restartPolicy restartPolicyRules securityContext startupProbe stdin stdinOnce terminationMessagePath
    terminationMessagePolicy tty volumeDevices volumeMounts workingDir""".split()
)
CONTAINER_LEAST = 10

IMAGE_WORDS = ("image", "containerImage", "dockerImage")
ENV_WORDS = ("env", "envVars", "environment")
ARGS_WORDS = ("args", "arguments")
COMMAND_WORDS = ("command", "cmd", "entrypoint", "entryPoint")
RESOURCES_WORDS = ("resources", "resourceRequirements", "resourcesPerNode")

# Properties that only wrap a pod: the object around the pod is above them.
WRAPPERS = frozenset("template spec podTemplate podTemplateSpec podSpec pod jobTemplate container".split())

# Which pod leads, best first: words of a role's name.
LEADERS = ("launcher", "master", "head", "driver", "runner", "leader", "job", "coordinator", "trainer", "train",
           "main", "primary")  # fmt: skip
# Pods beside the work: never chosen where others are.
BESIDE = frozenset(
    """sidecar sidecars proxy gateway exporter metrics monitoring logging init prepare prometheus defaults ingress hook hooks
    cleanup notification autoscaler setup teardown finalize finalizer postprocess preprocess""".split()
)
# Objects that change the pod of something else, which the resource names.
OVERRIDES = frozenset(
    """override overrides overriding overridden patch patches overlay overlays merge modification modifications
    replacement replacements substitution substitutions substitute tweak tweaks""".split()
)
# Objects that ask something else to run in another way, unless the CRD demands them and nothing else is named.
REQUESTS = frozenset("request requests".split())
# The same, only where something else is named.
ADJUSTMENTS = frozenset(
    """parameters params options settings customization customizations customisation customisations adjustment
    adjustments""".split()
)
# Properties of an object that does nothing but refer to another one.
REFERENCE_NAMES = frozenset(
    "name namespace kind group version apiVersion apiGroup uid key optional resourceVersion fieldPath".split()
)
REFERENCES = frozenset("ref refs reference references".split())
# Words of what a resource needs, and does not run.
NEEDED_THINGS = frozenset(
    """secret secrets config configmap account credential credentials class pull registry storage volume pvc claim
    certificate issuer queue owner image""".split()
)
# Servers that the work talks to: their pods never run it.
SERVERS = frozenset("database db".split())
SUBMITTERS = frozenset("submitter submission submit".split())
# Last words of strings that choose between ways to do it: another way than the usual one may need no pod.
MODES = frozenset("mode method type strategy kind".split())
# Last words of what chooses an object that is there already, in place of one that the resource would make; and last words
# of what it would make.
CHOOSERS = REFERENCES | frozenset("selector name".split())
MADE = frozenset("spec specs template templates".split())
# Strings that hold the command which the operator itself submits.
SUBMITTED_COMMANDS = frozenset("entrypoint command cmd script".split())
# Properties that name a program's file: the operator starts the program, so no pod takes a command.
PROGRAM_FILES = frozenset(
    """mainapplicationfile applicationfile mainclass entryclass mainfile jaruri jarfile jarname pyfile pyfiles
    pythonfile programfile""".split()
)
# Objects over unknown fields that hold a pod, going by their name.
POD_NAMES = frozenset("template podtemplate podtemplatespec podspec pod".split())
# Where no pod of the CR's own is to be found, though images can be.
NO_PODS_BELOW = frozenset(
    """metadata status volumes initContainers ephemeralContainers sidecars affinity tolerations env envFrom resources
    topologySpreadConstraints securityContext livenessProbe readinessProbe startupProbe lifecycle""".split()
)
# Lists whose items are referred to by name: an entrypoint beside them is a name, their items are steps of a graph.
REFERRED_LISTS = frozenset("templates tasks steps stages nodes jobs pipelines".split())
COUNTS = (
    "replicas size parallelism completions numNodes numWorkers count nodes instances workers maxParallelism "
    "minReplicas maxReplicas"
).split()

# Words that name a framework -> the keys that its jobs usually have, where the CRD does not show them: they are guessed.
FRAMEWORK_KEYS = {
    "mpi": ("Launcher", "Worker"),
    "tf": ("PS", "Worker", "Chief", "Evaluator"),
    "tensorflow": ("PS", "Worker", "Chief", "Evaluator"),
    "mx": ("Scheduler", "Server", "Worker"),
    "mxnet": ("Scheduler", "Server", "Worker"),
    "pytorch": ("Master", "Worker"),
    "paddle": ("Master", "Worker"),
    "xgb": ("Master", "Worker"),
    "xgboost": ("Master", "Worker"),
}
FRAMEWORK_NAMES = {"tf": "tensorflow", "mx": "mxnet", "xgb": "xgboost"}

# -------------------------------------------------------------------------------------------------------------- fields
# What Flyte owns: a suspended or restarted task, its deadline after the end, its retries, its cleaning up; and STOP.
OWNED_BY_FLYTE = frozenset(
    """suspend suspended paused pause backoffLimit backoffLimitPerIndex backoff backoffPolicy retry retries retryLimit
    retryPolicy retryCount retryStrategy maxRetries maxRetry restartLimit deadlineRetries cleanPodPolicy cleanupPolicy
    cleanup cleanUp cleanupPods cleanPolicy managedBy podGC finalizers""".split()
)
OWNED_PREFIXES = ("ttl", "secondsafterfinish", "backoff", "retry", "cleanup")
OWNED_SUFFIXES = ("retries", "retryinterval", "retrylimit", "ttlseconds", "cleanuppolicy")
# Words of a time to live: how long it is, what happens then (expireAfter, deleteAfter), after what (secondsAfterFinished).
LIFETIMES = frozenset("lifetime lifespan".split())
EXPIRY = frozenset("expire expires expiry expiration".split())
REMOVAL = frozenset(
    """delete deletes deleted deletion remove removes removed removal purge prune reap destroy clean garbage gc keep kept
    retain retained retention dispose disposed evict evicted cull culled retire retired expunge destruct destroyed""".split()
)
# First words of how long it is until then: deletionDelay, gcSeconds. What is retained may be the work's data.
REMOVAL_BEGINS = frozenset("deletion removal purge reap garbage gc cull".split())
TIMES = frozenset(
    "seconds secs second minutes mins minute hours hour days day time timestamp period duration timeout delay".split()
)
ENDS = ("finish", "complet", "done", "end", "success", "succe", "fail", "terminat")
# Verbs that stop what an operator made for the work.
SHUTDOWN = frozenset("shutdown shut teardown tear stop terminate release undeploy dispose kill".split())
# Verbs that remove something: what that is must be said.
CLEANUP = frozenset(
    "clean cleans cleaned cleaning cleanup delete deletes deletion remove removes removal purge destroy".split()
)
# Verbs that keep it.
KEEPING = frozenset("keep keeps kept retain retains retention preserve preserves".split())
# Words before an end: AfterJobFinishes, onCompletion.
AFTERWARDS = frozenset("after on when upon once".split())
# How words for any end begin.
OVER = ("finish", "complet", "terminat", "done", "deliver")
# How words for one outcome begin: with these only "after" leads to the end, since stopOnFailure ends the work.
OUTCOME = ("succe", "fail")
# What an operator makes for the work, and may remove when that is over.
MADE_FOR_WORK = frozenset(
    """pod pods cluster clusters worker workers executor executors replica replicas job jobs runner runners launcher
    container containers manager managers""".split()
)
# What holds data: nothing that removes it is sent by default.
DATA = frozenset(
    """data volume volumes storage pvc pvcs pv disk disks artifact artifacts result results output outputs backup backups
    snapshot snapshots database databases bucket buckets checkpoint checkpoints savepoint savepoints report reports log
    logs secret secrets image images namespace namespaces""".split()
)
# Last words of switches with more than two positions.
POLICIES = frozenset("policy strategy mode".split())
# Values of a policy that leave nothing running, best first: ended pods that stay can still be read.
LEAVES_NOTHING_RUNNING = ("running", "all", "always")
# What a policy of cleaning pods takes, where the CRD does not list it.
USUAL_CLEAN_POLICY = "Running"
# Last words of objects that a resource works on.
SUBJECTS = frozenset(
    """source sources target targets destination destinations from to input inputs output outputs parameters
    params""".split()
)
FEW_FIELDS = 3  # with fewer the search goes one level deeper
SMALL_OBJECT = 12  # leaves
MOST_FIELDS = 25
MOST_ROLE_FIELDS = 10
MOST_ROLES = 8
# Leaf names that say nothing without their parent's name.
GENERIC_LEAVES = frozenset(
    """name names type types kind enabled enable enabled size value values key keys mode policy version id config
    path url uri port host namespace data spec ref count limit level class image source target interval timeout
    replicas labels annotations resources parameters args options properties settings group apiVersion
    apiGroup""".split()
)
# The words of a pod in a role's Python class and proto message: they win over a CR's own small field of that name.
POD_WORDS = frozenset(
    """image requests limits resources command args env pod_template interruptible node_selector role
    template container_image tolerations affinity volumes volume_mounts init_containers containers sidecars""".split()
)

# -------------------------------------------------------------------------------------------------------------- status
STATUS_COLUMN_WORDS = ("phase", "state", "status", "stage")
STATUS_NAMES = ("phase", "state", "status", "stage")
# Words of the broader of two states: the one that goes on before and after the work itself.
BROADER = frozenset("deployment lifecycle overall reconciliation".split())

SUCCESS = ("Succeeded", "Succeed", "Successful", "Success", "Completed", "Complete", "Finished", "Done", "Passed",
           "Pass", "Ended", "Accomplished", "Finish", "Successfully", "FinishedOk", "CompletedOk", "EndedOk", "EndOk",
           "TerminatedOk")  # fmt: skip
FAILURE = (
    "Failed", "Fail", "Failure", "Fault", "Error", "Errored", "Cancelled", "Canceled", "Aborted", "Killed", "TimedOut",
    "Timeout", "Terminated", "Stopped", "Invalid", "Rejected", "Expired", "Lost", "Deleted", "Exceeded", "Crashed",
    "Denied", "Inconclusive", "Evicted", "Abandoned", "Unsuccessful", "Broken", "Faulted", "Panicked", "Revoked", "Dead",
    "Exhausted", "Interrupted", "Skipped", "Skip", "NOK", "KO", "Bad", "Red", "Refused", "Declined", "Preempted", "Corrupted",
    "Fatal", "Exception", "Err", "GaveUp", "GivenUp", "Unrecoverable", "Irrecoverable", "Undeliverable", "Faulty",
    "Unsuccessfully", "OutOfMemory",
)  # fmt: skip
QUEUED = (
    "Pending", "Queued", "Waiting", "Suspended", "Suspending", "Created", "New", "Paused", "Scheduled", "Accepted",
    "Unscheduled", "NotStarted", "Scheduling", "Requested", "ReadyToStart", "Inqueue", "Enqueued", "Blocked", "Holding", "Held", "Inactive",
)  # fmt: skip
INITIALIZING = (
    "Submitted", "Init",
    "Initializing", "Initialising", "Initialized", "Initialization", "Starting", "Provisioning", "Preparing",
    "Creating", "Deploying", "Building", "Launching", "Setup", "Bootstrapping", "ContainerCreating", "Configuring",
    "PodsCreated", "Pulling", "Bound", "Allocating",
)  # fmt: skip
# Words before an end that say what has ended: the work itself, in any operator.
WORK = frozenset(
    """job jobs run task application app workflow pipeline execution work operation process state status phase has is was
    all the""".split()
)
# Objects of a status that tell of the work, beside what the operator made for it.
WORK_OBJECTS = frozenset("job run task application app workflow execution".split())
# Words before an end that only say that it is over: FINISHED_SUCCESS, CompletedSuccessfully, EXIT_SUCCESS.
OVER_FIRST = frozenset(
    """complete completed done end ended exit exited finish finished success successful successfully
    terminated""".split()
)
EVENTS = frozenset("failure error exception timeout exceeded exhausted".split())  # SchedulingFailure says what failed
NOT_YET = frozenset(
    "submission retry retrying not un non savepoint".split()
)  # FlinkSavepointFailed, SUBMISSION_FAILED: tried again
SAYS_NOTHING = frozenset("unknown none undefined unspecified".split())  # STATE_UNSPECIFIED
RECOVERING = frozenset("from after".split())  # RecoveringFromError goes on
RECOVERED = frozenset("over recovery recovered restart restarted".split())  # FailedOver goes on
FOR_GOOD = frozenset("exceeded exhausted".split())  # RetryLimitExceeded: it is not retried
FAILED_FIRST = frozenset(
    "failed failure error errored invalid cancelled canceled aborted killed rejected refused evicted preempted denied".split()
)
# How words begin that are never a success, in whatever form: Failing, Errors, Crashes.
FAILURE_STEMS = (
    "fail",
    "err",
    "abort",
    "cancel",
    "crash",
    "kill",
    "reject",
    "invalid",
    "fault",
    "corrupt",
    "broke",
    "refus",
)
# Words that are neither: it is not well, and may become so.
NOT_WELL = frozenset(
    "degraded unhealthy stuck stalled partial partially incomplete amber yellow orange warning".split()
)
HALF_DONE = frozenset("incomplete unfinished partial partially".split())
# Codes of an answer to who asks how it is doing that say that the work has failed.
CODES_OF_FAILED_WORK = ("422",)
# Words of what went another way than it should have: no rule calls them failures, and none offers them as a success.
NO_SUCCESS = frozenset(
    """negative violated breached missed wrong unmet reverted rollback discarded superseded ignored vetoed dropped withdrawn
    disqualified defective damaged lapsed overdue unresolved undecided lost worse""".split()
)
# What stands before a word and says the opposite: NotMet, Unmet, NOK, Disapproved; and words that come and go with it.
NEGATIONS = ("not", "un", "in", "im", "non", "dis", "mis", "no", "n")
COMES_AND_GOES = frozenset("ready available active healthy started known reachable synced".split())
WITH_FAILURES = frozenset("errors failures error failure".split())
WITH_WARNINGS = frozenset("warnings warning".split())
# Types of conditions that end it and are no words of states.
TERMINAL = frozenset("terminal stalled".split())
# Words that make a condition of two words one that ends it: what the operator refuses, and what it gives up for good or
# before it begins. InvalidSpec, SpecInvalid; TerminalError, ValidationFailed, CreateFailed.
REFUSED = frozenset("invalid malformed unsupported rejected".split())
GIVEN_UP = frozenset(
    """terminal permanent fatal unrecoverable irrecoverable validation admission create creation provision provisioning
    launch start startup""".split()
)
# Types of conditions that say that it is over and not how: a success beside them counts.
ONLY_OVER = frozenset("terminated stopped deleted expired interrupted ended finished done".split())
# Conditions that tell of a refusal, where the state itself lists its failures: the operator has not begun, so it has none.
REFUSALS = ("Terminal", "Failed", "Error", "Invalid", "Rejected")
# Words of states that follow an end, whichever it was.
AFTER_AN_END = frozenset("released archived cleaned removed purged".split())
AFTER_FIRST = frozenset("terminated released archived cleaned removed".split())
# The same, where they are listed after an end.
LEFT_BEHIND = frozenset(
    """retired destroyed freed recycled finalized finalised reclaimed disposed collected torn dismantled deprovisioned
    decommissioned undeployed uninstalled unmounted detached wiped reaped swept erased""".split()
)
# Failures that follow an end of either sort where the way there is listed after it: CleaningUp or Deleting, and then Deleted.
TAKEN_AWAY = frozenset("deleted terminated".split())
TAKES_AWAY = ("clean", "delet", "terminat", "remov", "releas", "tear", "finaliz", "finalis", "destroy")
# Failures that can be a stage of the work as well, where a list of states names them before its ends.
STAGE_OR_END = frozenset("stopped halted terminated interrupted".split())
# The same of a part only: PodsDeleted.
PART_OR_END = STAGE_OR_END | frozenset("deleted".split())
# Words before them of who or what ended the whole: UserStopped, ForceTerminated.
ENDED_BY = frozenset("user admin administrator force forced manual system timeout been".split())
# Words of failures that every attempt would end in; who cancels it does not want another one.
FAILURE_PERMANENT = frozenset(
    """validation invalid rejected denied forbidden unauthorized unsupported illegal malformed cancelled
    canceled""".split()
)
# Words of failures that are the cluster's or the operator's, not the task's.
FAILURE_SYSTEM = frozenset(
    """evicted eviction preempted preemption preempting lost node submission scheduling unschedulable unknown
    infrastructure""".split()
)
# Booleans of a status, by what they say when they are true.
# "readytouse" is of snapshots and the like.
FLAGS = {
    "failed": frozenset(
        """failed fail failure failures failing error errors errored fault faults faulted faulty broken unsuccessful nok ko
        bad aborted cancelled canceled killed crashed timedout expired evicted preempted interrupted rejected
        invalid""".split()
    ),
    "succeeded": frozenset("succeeded success successful succeed passed pass ok okay good readytouse".split()),
    "ended": frozenset("finished completed complete done ended finish finalized over".split()),
}
# Last words of objects that tell of who is around the work: their state is not that of the work.
PEOPLE = frozenset(
    "account actor author billing creator customer member organization owner person requester subscription tenant user".split()
)
FAILURE_COUNTS = frozenset(
    """failed failures failurecount failurescount failedcount errors errorcount errorscount numerrors numfailed numfailures
    totalerrors totalfailures""".split()
)
# Words beside them of what is counted: failedPodCount.
COUNTED = MADE_FOR_WORK | frozenset("number of total num count task tasks run runs".split())
# Numbers that are 0 where it went well, and below 0 where a signal ended it.
EXIT_CODES = frozenset("exitcode exitstatus returncode".split())
# Numbers that are 100 at the end.
SHARES = frozenset("percent percentage pct progress".split())
# Words of the time at which it ended, last words of other fields that hold a time, and words of times of something else.
END_TIME_WORDS = frozenset(
    "completion completed complete end ended finish finished done concluded close closed".split()
)
SUCCESS_TIME_WORDS = frozenset("succeeded success passed".split())
STOP_TIME_WORDS = frozenset("termination terminated stop stopped".split())  # less surely
FAILURE_TIME_WORDS = frozenset("failed failure errored aborted cancelled canceled killed".split())
TIME_ENDINGS = frozenset("time timestamp at date".split())
# Words beside them that name no part of the work: of the time, and of the object that holds it.
TIME_QUALIFIERS = frozenset("final overall actual utc unix ms millis milliseconds seconds".split())
PLACES_OF_TIMES = frozenset(
    "condition conditions progress time times timing timings timestamps summary info details stats statistics result".split()
)
OTHER_TIMES = frozenset(
    """last latest next expected estimated scheduled deadline until expiry start started to remaining left elapsed taken
    spent""".split()
)
# Strings that are set where something failed.
ERROR_TEXTS = frozenset(
    "error errorresult errormessage errormsg failure failurereason failuremessage failedreason".split()
)
ERRORS_SAY = ("message", "reason", "code")
# Words of a description that say of an error that it is no end: it is tried again.
TRIED_AGAIN = frozenset("retry retries retried retrying".split())
# Words of texts that say why: that they are set says that it went wrong, if it says anything.
EXPLANATIONS = frozenset("message msg reason detail details description error errors warning warnings cause".split())
# Failures of a state above that of the work.
BROADER_FAILURES = ("Failed", "Error")
# States of something at work, in lower case without separators: what has them and an end is no service. The others are those
# of a change to a service as well, and count where a word of the kind names work: of a TaskQueue.
AT_WORK = frozenset("running executing".split())
IN_PROGRESS = frozenset("active inprogress processing working ongoing progressing started computing".split())
# States that mean success where the time of the end is set, too.
READY_AT_THE_END = ("Ready", "Available", "Processed", "Executed", "OK")
# What is offered for a state whose values the CRD does not list; states are compared without regard to case.
USUAL_SUCCESS = ("Succeeded", "Successful", "Success", "Completed", "Complete", "Finished", "Done")
USUAL_FAILURE = (
    "Failed", "Failure", "Error", "Errored", "Cancelled", "Canceled", "Aborted", "Killed", "TimedOut", "Stopped",
    "Rejected", "Invalid", "Inconclusive",
)  # fmt: skip
USUAL_QUEUED = ("Pending", "Queued", "Waiting", "Suspending", "Suspended")
USUAL_INITIALIZING = ("Initializing", "Starting", "Submitted")
USUAL_RUNNING = ("Running", "Active", "InProgress", "Executing", "Retrying", "Restarting")
# First words of a failure of which another state tells that it is for good.
OF_ONE_ATTEMPT = frozenset("attempt try".split())
# Ends that do not say how it ended, where no other end means success.
HOW_UNKNOWN = frozenset("finish finished done ended".split())
ENDED = HOW_UNKNOWN | frozenset("completed complete".split())  # the same, less surely
# An application that ended is run again where its restart policy says so; it waits for that.
APPLICATION_QUEUED = ("PENDING_RERUN",)
# What an operator makes for a job before the job runs in it.
MADE_BEFORE = frozenset("cluster session job application".split())
# Ends of a kind that ends, where nothing plainer is there; the last resorts, which can stand before the work, in order.
WEAK_SUCCESS = frozenset("executed processed valid ok okay good green".split())
WEAKER_SUCCESS = ("approved", "ready")
# Names of a result, beside a state that only says that it has ended.
RESULTS = frozenset("phase state status result outcome reason conclusion verdict".split())
# Those that are empty until the end, and words before them that change nothing.
OUTCOMES = frozenset("result outcome conclusion verdict".split())
WHOLE = frozenset("final overall".split())
BROADER_VALUES = (
    "Waiting",
    "Suspending",
    "Suspended",
    "Initializing",
    "Running",
    "Complete",
    "Failed",
    "ValidationFailed",
)
INNER_VALUES = ("PENDING", "RUNNING", "SUCCEEDED", "FAILED", "STOPPED")
CONDITION_SUCCESS = ("Succeeded", "Complete", "Completed")
CONDITION_FAILURE = ("Failed",)
CONDITION_SUSPENDED = ("Suspended",)
# Of a result beside a state that only says that it has ended.
FAILED_RESULTS = (
    "Failed", "Fail", "Failure", "Error", "Errored", "NOK", "Aborted", "Cancelled", "Canceled", "TimedOut", "Rejected", "Killed",
)  # fmt: skip
CONDITION_FAILURE_REASONS = ("Failed", "JobFailed")
CONDITION_QUEUED = ("Created", "Suspended")
CONDITION_RUNNING = ("Running", "Restarting")  # goes before Created, which stays true
MESSAGES = (
    "message", "reason", "errorMessage", "failureMessage", "failureReason", "error", "errorMsg", "statusMessage",
    "detail|details|description", "(error|failure).*", ".*(Message|Reason|Error)",
)  # fmt: skip

# Last words of strings that name what the operator made: log templates may use them.
IDENTIFIERS = frozenset("name id url uri address namespace endpoint host hostname".split())
# Last words of objects that repeat what was asked for: nothing in them was made.
ASKED_FOR = frozenset("spec template ref request".split())
# Words of an operator's own pages, best first, and last words of where they are.
PAGES = ("dashboard", "ui", "webui", "console", "tracking", "report")
PAGE_ADDRESSES = ("url", "uri", "link", "ingress", "endpoint", "host", "hostname", "address")

# Booleans that suspend a resource, best first, and others that end it.
SUSPEND = ("suspend", "suspended", "paused", "pause")
STOP = ("stop", "stopped", "cancel", "cancelled", "canceled", "abort", "terminate", "shutdown")

# Last words of kinds that end, and of kinds that go on until they are deleted.
KINDS_THAT_END = frozenset(
    """job jobs run task taskrun pipelinerun workflow workflowrun experiment trial build backup restore test testrun
    benchmark evaluation query scan import export migration snapshot request operation execution training
    tuning suite action command upgrade verification transfer copy analysis simulation batch check load process migrate
    upload download update prune archive order challenge""".split()
)
# Either, as their status says.
APPLICATIONS = frozenset("app application".split())
KINDS_THAT_STAY = frozenset(
    """cluster service services deployment set database db gateway policy class config configuration pool group
    autoscaler instance server ingress route queue node topic user bucket account secret certificate issuer monitor
    rule alert dashboard agent collector proxy mesh map cache collection keyspace schema table stream endpoint subscription domain dataset populator controller manager operator notebook registry repository store
    volume network provider template workspace tenant namespace zone broker source sink trigger schedule cron binding
    role quota limit runtime flavor cohort definition connect connector connection healthcheck""".split()
)
# Words that make a kind start others again and again: CronWorkflow, ScheduledJob, ScaledJob.
KINDS_THAT_REPEAT = frozenset("cron scheduled scaled recurring periodic".split())
# Strings of the spec that say when to start.
SCHEDULES = frozenset("schedule schedules cron crontab cronschedule cronexpression".split())
# Last words that count for less than the word before them: a JobSet is made of jobs.
COLLECTIONS = frozenset("set flow group".split())
ENDING_STATUS = frozenset(
    """completiontime completedat completed completiontimestamp endtime endedat finishtime finishedat finished
    finishtimestamp terminationtime succeeded failed result results outcome conclusion verdict exitcode duration""".split()
)
ENDING_SPEC = frozenset(
    """ttlsecondsafterfinished backofflimit activedeadlineseconds completions restartpolicy retrystrategy podgc
    cleanpodpolicy runpolicy maxretries""".split()
)
SERVING_STATUS = frozenset(
    "readyreplicas availablereplicas currentreplicas ready endpoint endpoints selector url health sync".split()
)

# What a role says of its pod, in Python.
POD_ARGUMENTS = (
    "image requests limits resources accelerator shared_memory command env pod_template interruptible node_selector"
).split()
# Field names of every role's message and class in proto and Python.
ROLE_MESSAGE_WORDS = frozenset(["role", *POD_ARGUMENTS])
# Leaf names that would be taken for the pod's or the task's own at the top of the config class.
CONFUSING_LEAVES = frozenset("image command args env environment requests limits container_image interruptible".split())

# ------------------------------------------------------------------------------------------------------ remote services
# Last words of paths, by what is done there with a job.
CANCELS = ("cancel", "abort", "stop", "terminate", "kill", "interrupt", "cancellation", "halt")
STARTS = ("start", "run", "submit", "execute", "launch", "queue", "enqueue", "trigger")
LOGS = ("logs", "log", "stdout", "output", "console")
RESULTS_PATHS = ("results", "result", "outputs", "output", "artifacts")
# Last words of paths of a POST that makes nothing that goes on.
MAKES_NOTHING = frozenset(
    """list search query validate validation estimate preview test dry check token login logout auth authorize batch bulk
    count export import lookup verify sign approve clear retry rerun restart resume pause unpause clone copy merge
    parse ping plan""".split()
)
# First words of an operation's id, or of a path's last segment, that read or change what is there already.
READING = frozenset("get list read describe retrieve fetch find lookup show search filter count".split())
CHANGING = frozenset(
    "update edit modify change replace set patch delete remove validate verify check retry rerun restart replay "
    "reschedule resume pause unpause".split()
)
# Those of one that makes what its path names.
MAKES_SOMETHING = frozenset("create start submit run launch execute enqueue trigger add new insert register".split())
# Last words of a path that reads what another parameter names: /runs/get.
READS = frozenset("get read describe show status state".split())
# Words that begin the name of a schema, and say what was asked.
SCHEMA_BEGINNINGS = frozenset("get describe retrieve fetch".split())
# Words that end the name of a schema, and say nothing of what it is.
SCHEMA_ENDINGS = frozenset(
    "response schema out dto read model details detail info object view result body full public get".split()
)
# Last words of a path that only say what is done: /runs/get, /jobs/{job_id}/run.
PATH_VERBS = frozenset("get read describe show status create new submit dispatch dispatches".split()) | frozenset(
    STARTS
)
# Last words of a path below a job that tells no more than how it is doing.
STATES_OF_ITEMS = ("status", "state")
# Words of the header that tells a repeated request from a new one.
IDEMPOTENCY = frozenset("idempotency idempotence idempotent".split())
# Names of the same in a body, in lower case without separators.
CLIENT_TOKENS = frozenset("clienttoken clientrequesttoken".split())
# What a description says of an id of the request that is such a key.
ONLY_ONCE = ("idempoten", "multiple times", "more than once", "duplicate", "with the same id", "second request")
# Words of objects that only say which one is meant: jobReference.
REFERS = frozenset("reference ref".split())
# Words before a state that a request asks for: requestedState.
WISHES = frozenset("requested desired target wanted".split())
# Free texts of a request, best first: one that a search shows again tells whose job it is.
MARKERS = ("title", "name", "displayname", "jobname", "runname", "label", "note", "description", "comment")
# Parameters of a search that ask for another page, in lower case without separators.
PAGES_OF_A_LIST = frozenset(
    """after continuationtoken cursor marker nextcursor nextpagetoken nexttoken offset page pageindex pagekey pagenumber pagetoken skip
    start startat startindex startingafter token""".split()
)
# Parameters of a search that choose how much of each entry is shown.
CHOOSE_WHAT_IS_SHOWN = frozenset("detail details expand fields include projection select view".split())
# What an id is called, best first, beside the name of the parameter that takes it.
IDS = ("id", "uid", "uuid", "identifier", "key", "name")
# Objects of an answer that hold what was asked for.
ENVELOPES = frozenset("data result payload response item content resource metadata entity object".split())
# Words of ids that are of one request, or of who has sent it.
OF_A_REQUEST = frozenset("request correlation trace span session transaction client tenant user".split())
# Flags that ask for what the answer needs to have: return_run_details, includeDetails.
ASKS_FOR_AN_ANSWER = frozenset("return returns respond".split())
# How names of secrets end, in lower case without separators.
SECRETS = frozenset(
    """accesskey accesstoken apikey apitoken authtoken bearertoken clientsecret credential credentials passphrase password privatekey
    refreshtoken secret secretkey securitytoken sessiontoken""".split()
)
# What a security scheme says where every request is signed anew.
SIGNED = ("sigv4", "signature", "hmac")
# Words of addresses that people open.
PAGES_OF_SERVICES = frozenset(
    "html ui web console dashboard tracking monitor monitoring view browser page portal permalink".split()
)
ADDRESSES = frozenset("url uri link href".split())
PROGRESS = frozenset("progress percent percentage completion percentcomplete progresspercent".split())
